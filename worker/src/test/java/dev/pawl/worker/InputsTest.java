package dev.pawl.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InputsTest {
  private static final Value TEXT = Value.newBuilder().setStringValue("x").build();

  private static final Struct ALL =
      Outputs.none()
          .with("string", "x")
          .with("integer", 7L)
          .with("number", 0.5)
          .with("boolean", true)
          .with(
              "list",
              Value.newBuilder().setListValue(ListValue.newBuilder().addValues(TEXT)).build())
          .with(
              "object",
              Value.newBuilder().setStructValue(Struct.newBuilder().putFields("in", TEXT)).build())
          .toStruct();

  private final Inputs inputs = new Inputs(ALL);

  static Stream<Arguments> accessors() {
    return Stream.of(
        Arguments.of("string", accessor(Inputs::string), "a STRING"),
        Arguments.of("integer", accessor(Inputs::integer), "an INTEGER"),
        Arguments.of("number", accessor(Inputs::number), "a NUMBER"),
        Arguments.of("boolean", accessor(Inputs::bool), "a BOOLEAN"),
        Arguments.of("list", accessor(Inputs::list), "a LIST"),
        Arguments.of("object", accessor(Inputs::object), "an OBJECT"));
  }

  private static BiFunction<Inputs, String, Object> accessor(
      BiFunction<Inputs, String, Object> read) {
    return read;
  }

  @Test
  void what_was_handed_over_is_read_by_its_type() {
    assertThat(inputs.string("string")).isEqualTo("x");
    assertThat(inputs.integer("integer")).isEqualTo(7);
    assertThat(inputs.number("number")).isEqualTo(0.5);
    assertThat(inputs.number("integer")).isEqualTo(7);
    assertThat(inputs.bool("boolean")).isTrue();
    assertThat(inputs.list("list")).containsExactly(TEXT);
    assertThat(inputs.object("object")).containsEntry("in", TEXT);
    assertThat(Outputs.of(inputs.toStruct()).toStruct()).isEqualTo(ALL);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accessors")
  void another_type_is_refused_naming_both(
      String name, BiFunction<Inputs, String, Object> read, String type) {
    assertThat(read.apply(inputs, name)).isNotNull();
    // A number that is no integer, and for the others a number too.
    String other = name.equals("number") ? "string" : "number";
    assertThatThrownBy(() -> read.apply(inputs, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + other + "\" to be " + type);
    assertThatThrownBy(() -> read.apply(inputs, "absent"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an input \"absent\"");
  }

  @Test
  void an_integer_that_json_would_change_is_refused() {
    assertThatThrownBy(() -> Outputs.none().with("n", Long.MAX_VALUE))
        .hasMessageContaining("hand it over as a STRING");
  }
}
