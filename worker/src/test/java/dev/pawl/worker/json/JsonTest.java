package dev.pawl.worker.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "5",
        "-9007199254740992",
        "0.25",
        "\"a\\\"\\\\\\n\\u0001é😀\"",
        "[1,[],{}]",
        "{\"a\":[1,2.5,\"x\"],\"b\":{\"c\":null}}"
      })
  void what_was_written_is_read_as_the_same(String text) throws JsonException {
    assertThat(Json.write(Json.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "01",
        "1 2",
        "{a:1}",
        "[1,]",
        "\"open",
        "tru",
        "1e999",
        "NaN",
        "\"\\x\"",
        "{\"a\":1,}"
      })
  void what_is_no_json_is_refused(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("expected ");
  }

  @Test
  void whatever_is_nested_too_deep_is_refused() {
    assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).isInstanceOf(JsonException.class);
  }
}
