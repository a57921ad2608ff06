package dev.pawl.worker.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.v1.Output;
import dev.pawl.v1.ValueType;
import dev.pawl.worker.json.Json;
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
}
