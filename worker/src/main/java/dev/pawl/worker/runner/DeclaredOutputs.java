package dev.pawl.worker.runner;

import static java.util.stream.Collectors.joining;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.definition.ValueDepth;
import dev.pawl.v1.Output;
import dev.pawl.v1.ValueType;
import dev.pawl.worker.json.Json;
import dev.pawl.worker.json.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges what an action gave against the outputs that its task declares. */
public final class DeclaredOutputs {
  /** The most that all outputs of one attempt may take. */
  public static final int MAX_BYTES = 1 << 20;

  /** The reason of an output that is missing, undeclared, of another type or nested too deep. */
  public static final String OUTPUT_INVALID = "OUTPUT_INVALID";

  /** The reason of outputs beyond {@link #MAX_BYTES}. */
  public static final String RESULT_TOO_LARGE = "RESULT_TOO_LARGE";

  private DeclaredOutputs() {}

  /** Takes typed values as they are: done when they are exactly what is declared. */
  public static Result check(Struct given, List<Output> declared) {
    List<String> mistakes = new ArrayList<>();
    Map<String, Output> byName = byName(declared);
    for (Output output : declared) {
      Value value = given.getFieldsMap().get(output.getName());
      if (value == null) {
        mistakes.add(missing(output));
      } else if (ValueDepth.exceeded(value)) {
        mistakes.add(tooDeep("output \"%s\"".formatted(output.getName())));
      } else if (!fits(value, output.getType())) {
        mistakes.add(
            "output \"%s\" must be %s but is %s"
                .formatted(output.getName(), named(output.getType()), shown(Json.write(value))));
      }
    }
    for (String name : given.getFieldsMap().keySet()) {
      if (!byName.containsKey(name)) {
        mistakes.add(undeclared(name, declared));
      }
    }
    return judged(given, mistakes);
  }

  /** Reads texts by their declared types: done when they are exactly what is declared. */
  public static Result read(Map<String, String> given, List<Output> declared) {
    List<String> mistakes = new ArrayList<>();
    Map<String, Output> byName = byName(declared);
    Struct.Builder outputs = Struct.newBuilder();
    for (Output output : declared) {
      if (!given.containsKey(output.getName())) {
        mistakes.add(missing(output));
      }
    }
    given.forEach(
        (name, text) -> {
          Output output = byName.get(name);
          if (output == null) {
            mistakes.add(undeclared(name, declared));
            return;
          }
          Optional<Value> value = read(text, output.getType());
          if (value.filter(ValueDepth::exceeded).isPresent()) {
            mistakes.add(tooDeep("output \"%s\"".formatted(name)));
          } else if (value.isPresent()) {
            outputs.putFields(name, value.get());
          } else {
            mistakes.add(
                "output \"%s\" must be %s but is %s"
                    .formatted(name, named(output.getType()), shown(text)));
          }
        });
    return judged(outputs.build(), mistakes);
  }

  /** Reads one text as a value of a type; empty when it is none. */
  public static Optional<Value> read(String text, ValueType type) {
    if (type == ValueType.VALUE_TYPE_STRING || type == ValueType.VALUE_TYPE_UNSPECIFIED) {
      return Optional.of(Value.newBuilder().setStringValue(text).build());
    }
    try {
      return Optional.of(Json.parse(text)).filter(value -> fits(value, type));
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  /** Whether a value is of a type. */
  public static boolean fits(Value value, ValueType type) {
    return switch (type) {
      case VALUE_TYPE_STRING, VALUE_TYPE_UNSPECIFIED -> value.hasStringValue();
      case VALUE_TYPE_INTEGER ->
          value.hasNumberValue()
              && value.getNumberValue() == Math.rint(value.getNumberValue())
              && Math.abs(value.getNumberValue()) <= Json.MAX_EXACT;
      case VALUE_TYPE_NUMBER -> value.hasNumberValue() && Double.isFinite(value.getNumberValue());
      case VALUE_TYPE_BOOLEAN -> value.hasBoolValue();
      case VALUE_TYPE_LIST -> value.hasListValue();
      case VALUE_TYPE_OBJECT -> value.hasStructValue();
      case UNRECOGNIZED -> false;
    };
  }

  /** The failure of outputs that are too large. */
  public static Result tooLarge(long bytes) {
    return Result.failedForGood(
        RESULT_TOO_LARGE,
        "the outputs take %,d bytes but may take %,d in all; hand over a reference instead"
            .formatted(bytes, MAX_BYTES));
  }

  /** What is wrong with a value that no server could read. */
  static String tooDeep(String what) {
    return "%s may be nested %d deep but is deeper; hand over its JSON as a STRING instead"
        .formatted(what, ValueDepth.DEEPEST);
  }

  private static Result judged(Struct outputs, List<String> mistakes) {
    if (!mistakes.isEmpty()) {
      return Result.failed(OUTPUT_INVALID, String.join("; ", mistakes));
    }
    int size = outputs.getSerializedSize();
    return size > MAX_BYTES ? tooLarge(size) : new Result.Done(outputs);
  }

  private static Map<String, Output> byName(List<Output> declared) {
    Map<String, Output> byName = new LinkedHashMap<>();
    declared.forEach(output -> byName.put(output.getName(), output));
    return byName;
  }

  private static String missing(Output output) {
    return "output \"%s\" (%s) is declared but was not given"
        .formatted(output.getName(), named(output.getType()));
  }

  private static String undeclared(String name, List<Output> declared) {
    return declared.isEmpty()
        ? "output %s was given but the task declares none".formatted(shown(name))
        : "output %s was given but the task declares only %s"
            .formatted(shown(name), declared.stream().map(Output::getName).collect(joining(", ")));
  }

  private static String named(ValueType type) {
    return switch (type) {
      case VALUE_TYPE_STRING, VALUE_TYPE_UNSPECIFIED -> "a STRING";
      case VALUE_TYPE_INTEGER -> "an INTEGER of at most 2^53";
      case VALUE_TYPE_NUMBER -> "a NUMBER";
      case VALUE_TYPE_BOOLEAN -> "a BOOLEAN, true or false";
      case VALUE_TYPE_LIST -> "a LIST in JSON";
      case VALUE_TYPE_OBJECT -> "an OBJECT in JSON";
      case UNRECOGNIZED -> "of a type that this worker knows";
    };
  }

  private static String shown(String text) {
    return text.length() <= 80 ? "\"" + text + "\"" : "\"" + text.substring(0, 80) + "...\"";
  }
}
