package dev.pawl.worker.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import dev.pawl.v1.Output;
import dev.pawl.v1.ValueType;
import dev.pawl.worker.json.Json;
import dev.pawl.worker.json.JsonException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeclaredOutputsTest {
  private static Output output(String name, ValueType type) {
    return Output.newBuilder().setName(name).setType(type).build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "STRING|a=b|\"a=b\"",
        "INTEGER|-7|-7",
        "INTEGER|1e3|1000",
        "NUMBER|2.5|2.5",
        "BOOLEAN|true|true",
        "LIST|[1, \"x\"]|[1,\"x\"]",
        "OBJECT|{\"k\": null}|{\"k\":null}"
      })
  void a_text_is_read_by_its_declared_type(String type, String text, String json) {
    assertThat(DeclaredOutputs.read(text, ValueType.valueOf("VALUE_TYPE_" + type)).map(Json::write))
        .contains(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INTEGER|1.5",
        "INTEGER|9007199254740994",
        "INTEGER|seven",
        "NUMBER|1e999",
        "BOOLEAN|yes",
        "LIST|{}",
        "OBJECT|[]",
        "OBJECT|{"
      })
  void a_text_of_another_type_is_refused(String type, String text) {
    assertThat(DeclaredOutputs.read(text, ValueType.valueOf("VALUE_TYPE_" + type))).isEmpty();
  }

  @Test
  void all_mistakes_are_told_at_once() {
    Result result =
        DeclaredOutputs.read(
            Map.of("rows", "many", "extra", "1"),
            List.of(
                output("rows", ValueType.VALUE_TYPE_INTEGER),
                output("path", ValueType.VALUE_TYPE_STRING)));
    assertThat(((Result.Undone) result).message())
        .contains("output \"path\" (a STRING) is declared but was not given")
        .contains("output \"rows\" must be an INTEGER of at most 2^53 but is \"many\"")
        .contains("output \"extra\" was given but the task declares only rows, path");
  }

  private static String nested(int levels) {
    return "{\"n\":".repeat(levels - 1) + "1" + "}".repeat(levels - 1);
  }

  @Test
  void an_output_that_is_nested_too_deep_is_refused_since_no_server_could_read_it()
      throws JsonException {
    List<Output> declared = List.of(output("tree", ValueType.VALUE_TYPE_OBJECT));
    assertThat(DeclaredOutputs.read(Map.of("tree", nested(24)), declared))
        .isInstanceOf(Result.Done.class);
    Struct deep = Struct.newBuilder().putFields("tree", Json.parse(nested(25))).build();

    assertThat(
            List.of(
                DeclaredOutputs.read(Map.of("tree", nested(25)), declared),
                DeclaredOutputs.check(deep, declared)))
        .allSatisfy(
            result ->
                assertThat(result)
                    .isEqualTo(
                        Result.failed(
                            "OUTPUT_INVALID",
                            "output \"tree\" may be nested 24 deep but is deeper; hand over its"
                                + " JSON as a STRING instead")));
  }
}
