package dev.pawl.worker;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.worker.json.Json;

/** What a handler gives when its work is done; immutable, each {@code with} gives a larger one. */
public final class Outputs {
  private static final Outputs NONE = new Outputs(Struct.getDefaultInstance());

  private final Struct struct;

  private Outputs(Struct struct) {
    this.struct = struct;
  }

  /** No outputs. */
  public static Outputs none() {
    return NONE;
  }

  /** Outputs as they are. */
  public static Outputs of(Struct struct) {
    return new Outputs(struct);
  }

  /** These and an output of type STRING. */
  public Outputs with(String name, String value) {
    return with(name, Value.newBuilder().setStringValue(value).build());
  }

  /** These and an output of type INTEGER. */
  public Outputs with(String name, long value) {
    if (Math.abs((double) value) > Json.MAX_EXACT) {
      throw new IllegalArgumentException(
          "an INTEGER is at most 2^53, but output \"%s\" is %d; hand it over as a STRING"
              .formatted(name, value));
    }
    return with(name, Value.newBuilder().setNumberValue((double) value).build());
  }

  /** These and an output of type NUMBER. */
  public Outputs with(String name, double value) {
    return with(name, Value.newBuilder().setNumberValue(value).build());
  }

  /** These and an output of type BOOLEAN. */
  public Outputs with(String name, boolean value) {
    return with(name, Value.newBuilder().setBoolValue(value).build());
  }

  /** These and an output of any type. */
  public Outputs with(String name, Value value) {
    return new Outputs(struct.toBuilder().putFields(name, value).build());
  }

  /** All of them. */
  public Struct toStruct() {
    return struct;
  }
}
