package dev.pawl.bench.history.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.HistoryWriter;
import dev.pawl.bench.history.world.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JudgeCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path directory = Path.of("");

  private int judge(String... arguments) {
    return new CommandLine(new JudgeCommand(stream(out), stream(err)))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String write(Draft draft) throws IOException {
    Path file = directory.resolve("history.jsonl.gz");
    HistoryWriter.write(file, draft.history());
    return file.toString();
  }

  private static Draft draft() {
    return new Draft(World.history(1, 120));
  }

  @Test
  void a_valid_history_is_told_with_its_counts() throws Exception {
    assertThat(judge(write(draft()))).isZero();
    assertThat(out())
        .contains("history.jsonl.gz is valid")
        .containsPattern(" 120 +runs")
        .containsPattern("A-1 +\\d+ +0  a command that was answered OK")
        .containsPattern("KILL +\\d+ +\\d+ ")
        .contains("D-6   not yet: ");
  }

  @Test
  void an_invalid_history_is_told_with_the_records_that_show_it() throws Exception {
    Draft draft = draft();
    draft.remove(draft.fact(Change.RunEnded.class, _ -> true));

    assertThat(judge(write(draft))).isEqualTo(1);
    assertThat(out())
        .contains("is invalid")
        .containsPattern("C-1  run\\|\\w+: it never ended: it is still RUNNING")
        .contains("      {\"saw\":\"final.settled\"");
  }

  @Test
  void a_vacuous_history_is_told_with_what_is_missing() throws Exception {
    assertThat(judge(write(draft().minimum("ok", 100_000)))).isEqualTo(2);
    assertThat(out())
        .contains("is vacuous")
        .containsPattern("V-1  [\\d,]+ operations were answered OK; at least 100,000");
  }

  @Test
  void a_program_reads_one_object() throws Exception {
    Draft draft = draft();
    draft.remove(draft.fact(Change.RunEnded.class, _ -> true));

    assertThat(judge(write(draft), "-o", "json")).isEqualTo(1);
    JsonNode printed = JsonMapper.shared().readTree(out());
    assertThat(printed.path("verdict").asString()).isEqualTo("invalid");
    assertThat(printed.path("faults").path(0).path("kind").asString()).isEqualTo("KILL");
    assertThat(printed.path("faults").path(0).path("count").asInt()).isPositive();
    assertThat(printed.path("violations").path(0).path("records").path(0).path("saw").asString())
        .isNotEmpty();
    assertThat(printed.path("invariants").size())
        .isEqualTo(
            Invariants.JUDGED.size() + Invariants.CONDITIONS.size() + Invariants.NOT_YET.size());
  }

  @Test
  void a_file_that_is_no_history_is_an_error_of_its_own() throws Exception {
    Path file = Files.writeString(directory.resolve("notes.txt"), "hello\n");

    assertThat(judge(file.toString())).isEqualTo(2);
    assertThat(judge(directory.resolve("nothing").toString())).isEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("notes.txt, line 1: is not the first line of a history")
        .containsPattern("error: there is no file .*nothing");
  }

  @Test
  void many_violations_of_one_invariant_are_counted_and_not_all_shown() throws Exception {
    Draft draft = draft();
    draft.removeAll(seen -> seen instanceof Final.RunRow row && row.ended());
    History history = draft.history();
    VerdictPrinter printer = new VerdictPrinter(stream(out));

    printer.text("it", Judge.judge(history));

    assertThat(out()).containsPattern("B-7  and \\d+ more");
  }
}
