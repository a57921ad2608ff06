package dev.pawl.api.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.Samples;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import org.junit.jupiter.api.Test;

class ArchivePathsTest {
  private static LogSection section(int index, long fence, int attempt, Operation operation) {
    return new LogSection(
        new LogKey(new ExecutionId(Samples.RUN, "load", index), fence),
        Samples.NOW,
        0,
        attempt,
        operation,
        "w1",
        1,
        1,
        true,
        false);
  }

  @Test
  void a_path_says_the_step_the_round_the_attempt_and_the_operation() {
    ArchivePaths paths = new ArchivePaths("load");
    assertThat(paths.of(section(0, 1, 1, Operation.EXECUTE)))
        .isEqualTo("load/round-0-attempt-1-execute.log");
    assertThat(paths.of(section(0, 2, 1, Operation.ROLLBACK)))
        .isEqualTo("load/round-0-attempt-1-rollback.log");
    assertThat(paths.of(section(3, 1, 1, Operation.EXECUTE)))
        .isEqualTo("load/execution-3-round-0-attempt-1-execute.log");
  }

  @Test
  void an_undo_that_was_tried_again_has_a_path_of_its_own_and_the_first_keeps_its_own() {
    ArchivePaths paths = new ArchivePaths("load");
    assertThat(paths.of(section(0, 2, 1, Operation.ROLLBACK)))
        .isEqualTo("load/round-0-attempt-1-rollback.log");
    assertThat(paths.of(section(0, 5, 1, Operation.ROLLBACK)))
        .isEqualTo("load/round-0-attempt-1-rollback-fence-5.log");
  }

  @Test
  void names_that_some_file_system_refuses_are_changed_and_stay_different() {
    assertThat(ArchivePaths.safe("load")).isEqualTo("load");
    assertThat(ArchivePaths.safe("console")).isEqualTo("console");
    assertThat(ArchivePaths.safe("con")).isEqualTo("con~");
    assertThat(ArchivePaths.safe("nul.a")).isEqualTo("nul~.a");
    assertThat(ArchivePaths.safe("com1")).isEqualTo("com1~");
    assertThat(ArchivePaths.safe("a.")).isEqualTo("a.~");
    assertThat(ArchivePaths.safe("manifest.json")).isEqualTo("manifest.json~");
  }
}
