package dev.pawl.worker.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineSplitterTest {
  private final List<String> lines = new ArrayList<>();
  private final LineSplitter splitter = new LineSplitter(lines::add);

  private void take(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    // As a slow pipe would.
    for (int i = 0; i < bytes.length; i++) {
      splitter.take(bytes, i, i + 1);
    }
  }

  @Test
  void lines_end_at_newlines_and_at_the_end() {
    take("one\r\n\ntwo\nthree");
    splitter.end();
    assertThat(lines).containsExactly("one", "", "two", "three");
  }

  @Test
  void a_long_line_is_cut_between_characters() {
    String text = "x" + "é😀".repeat(10_000);
    take(text + "\n");
    assertThat(String.join("", lines)).isEqualTo(text);
    assertThat(lines).allSatisfy(line -> assertThat(line.getBytes(UTF_8)).hasSizeLessThan(16_385));
    assertThat(lines).hasSize(4);
  }

  @Test
  void what_is_no_text_becomes_replacement_characters() {
    byte[] bytes = {'a', (byte) 0xFF, (byte) 0xC3, '\n', (byte) 0x80, '\n'};
    splitter.take(bytes, 0, bytes.length);
    assertThat(lines).containsExactly("a\uFFFD\uFFFD", "\uFFFD");
  }
}
