package dev.pawl.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunExporterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "plain|plain",
        "a,b|\"a,b\"",
        "say \"hi\"|\"say \"\"hi\"\"\"",
        "~two\nlines~|~\"two\nlines\"~"
      })
  void cells_are_quoted_where_rfc_4180_asks_for_it(String cell, String quoted) {
    assertThat(RunExporter.quoted(cell)).isEqualTo(quoted);
  }
}
