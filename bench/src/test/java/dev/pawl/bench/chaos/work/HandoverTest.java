package dev.pawl.bench.chaos.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class HandoverTest {
  private static final String EXECUTION = "projects/p/runs/r/taskRuns/t/executions/0";
  private static final ExecutionKey SECTION = new ExecutionKey("r/t/0", 3);

  private final Path completed;
  private final Handover handover;

  HandoverTest(@TempDir Path directory) {
    completed = directory.resolve("completed");
    handover = new Handover(completed);
  }

  @Test
  void a_section_is_complete_once_all_of_it_is_stored() throws IOException {
    handover.sends(chunk(1, 4, false));
    handover.stored(stored(4));
    assertThat(Handover.read(completed)).isEmpty();

    handover.sends(chunk(5, 2, true));
    handover.stored(stored(4));
    assertThat(Handover.read(completed)).isEmpty();

    handover.stored(stored(6));
    handover.stored(stored(6));
    assertThat(Handover.read(completed)).containsExactly(SECTION);
  }

  @Test
  void an_empty_log_is_complete_with_its_last_chunk() throws IOException {
    handover.sends(chunk(1, 0, true));
    handover.stored(stored(0));

    assertThat(Handover.read(completed)).containsExactly(SECTION);
  }

  @Test
  void a_section_that_was_closed_or_cut_is_not_complete() throws IOException {
    handover.sends(chunk(1, 1, true));
    handover.stored(stored(1).toBuilder().setClosed(true).build());
    assertThat(Handover.read(completed)).isEmpty();

    handover.sends(chunk(1, 1, true).toBuilder().setTruncated(true).build());
    handover.stored(stored(1));
    assertThat(Handover.read(completed)).isEmpty();
  }

  @Test
  void a_line_that_a_killed_process_could_not_finish_is_none() throws IOException {
    handover.sends(chunk(1, 1, true));
    handover.stored(stored(1));
    Files.writeString(completed, "r/u/0", StandardOpenOption.APPEND);

    assertThat(Handover.read(completed)).containsExactly(SECTION);
  }

  private static PushLogsRequest chunk(long first, int lines, boolean last) {
    return PushLogsRequest.newBuilder()
        .setExecution(EXECUTION)
        .setFence(3)
        .setFirstSequence(first)
        .setLineCount(lines)
        .setLast(last)
        .build();
  }

  private static PushLogsResponse stored(long sequence) {
    return PushLogsResponse.newBuilder()
        .setExecution(EXECUTION)
        .setFence(3)
        .setStoredSequence(sequence)
        .build();
  }
}
