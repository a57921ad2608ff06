package dev.pawl.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.wrong.WrongBehaviour;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class WrongBehavioursPageTest {
  private static final Path PAGE = Path.of("..", "docs", "wrong-behaviours.md");

  @Test
  void the_page_shows_only_behaviours_that_there_are_with_the_methods_that_they_rewrite()
      throws Exception {
    long rows = Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| ")).count() - 2;

    assertThat(new WrongBehavioursPage(PAGE).rows()).hasSize((int) rows);
  }

  @Test
  void a_row_is_written_instead_of_the_one_that_is_there(@TempDir Path directory) throws Exception {
    WrongBehavioursPage page = new WrongBehavioursPage(directory.resolve("page.md"));

    page.write(WrongBehaviour.CURSOR_BACK, List.of("F-2 (1)", "", "", "11"));
    page.write(WrongBehaviour.SAME_FENCE, List.of("C-2 (4)", "", "", "11"));
    page.write(WrongBehaviour.CURSOR_BACK, List.of("F-2 (3)", "", "", "12"));

    assertThat(page.rows().values())
        .containsExactly(
            "| a further attempt is leased under the fence of the one before"
                + " | `ExecutionDecider.grant` | C-2 (4) |  |  | 11 |",
            "| a cursor points one row back | `WatchCursors.read` | F-2 (3) |  |  | 12 |");
  }
}
