package dev.pawl.worker;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.worker.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an action is handed, by name.
 *
 * <p>The typed accessors throw {@link IllegalArgumentException} when there is no such input or it
 * is of another type; that fails the attempt with a message that says which.
 */
public final class Inputs {
  private final Struct struct;

  Inputs(Struct struct) {
    this.struct = struct;
  }

  /** The names of all inputs. */
  public Set<String> names() {
    return struct.getFieldsMap().keySet();
  }

  /** An input of any type. */
  public Optional<Value> find(String name) {
    return Optional.ofNullable(struct.getFieldsMap().get(name));
  }

  /** An input of type STRING. */
  public String string(String name) {
    Value value = value(name);
    require(value.hasStringValue(), name, "a STRING", value);
    return value.getStringValue();
  }

  /** An input of type INTEGER. */
  public long integer(String name) {
    Value value = value(name);
    double number = value.getNumberValue();
    require(
        value.hasNumberValue() && number == Math.rint(number) && Math.abs(number) <= Json.MAX_EXACT,
        name,
        "an INTEGER",
        value);
    return (long) number;
  }

  /** An input of type NUMBER. */
  public double number(String name) {
    Value value = value(name);
    require(value.hasNumberValue(), name, "a NUMBER", value);
    return value.getNumberValue();
  }

  /** An input of type BOOLEAN. */
  public boolean bool(String name) {
    Value value = value(name);
    require(value.hasBoolValue(), name, "a BOOLEAN", value);
    return value.getBoolValue();
  }

  /** An input of type LIST. */
  public List<Value> list(String name) {
    Value value = value(name);
    require(value.hasListValue(), name, "a LIST", value);
    return value.getListValue().getValuesList();
  }

  /** An input of type OBJECT. */
  public Map<String, Value> object(String name) {
    Value value = value(name);
    require(value.hasStructValue(), name, "an OBJECT", value);
    return value.getStructValue().getFieldsMap();
  }

  /** All inputs as they came. */
  public Struct toStruct() {
    return struct;
  }

  private Value value(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the handler wants an input \"%s\", but the task hands over %s"
                        .formatted(name, names().isEmpty() ? "none" : "only " + names())));
  }

  private static void require(boolean fits, String name, String type, Value value) {
    if (!fits) {
      String shown = Json.write(value);
      throw new IllegalArgumentException(
          "the handler wants the input \"%s\" to be %s, but it is %s"
              .formatted(
                  name, type, shown.length() <= 80 ? shown : shown.substring(0, 80) + "..."));
    }
  }
}
