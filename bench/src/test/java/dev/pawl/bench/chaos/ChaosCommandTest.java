package dev.pawl.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@NullMarked
class ChaosCommandTest {
  private final StringWriter said = new StringWriter();

  @Test
  void a_fault_that_is_not_there_is_refused_with_those_that_are() {
    assertThat(execute("--faults", "kill,fire")).isEqualTo(2);

    assertThat(said.toString()).contains("no fault is called 'fire'").contains("partition");
  }

  @Test
  void its_help_names_the_judge_and_how_to_repeat_a_run() {
    assertThat(execute("--help")).isZero();

    assertThat(said.toString()).contains("--number").contains("pawl chaos judge");
  }

  @Test
  void what_only_tests_the_judge_is_not_in_its_help() {
    assertThat(execute("--help")).isZero();

    assertThat(said.toString()).doesNotContain("--node-option");
  }

  private int execute(String... arguments) {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    PrintWriter writer = new PrintWriter(said);
    return new CommandLine(new ChaosCommand(nowhere, nowhere))
        .setOut(writer)
        .setErr(writer)
        .execute(arguments);
  }
}
