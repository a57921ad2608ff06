package dev.pawl.api.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.FakeLogs;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.run.LogEnds.LogEnd;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.v1.LogLine;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class StoredLogEndsTest {
  private final FakeLogs logs = new FakeLogs();

  private Optional<LogEnd> end(int lines) throws InterruptedException, ExecutionException {
    return new StoredLogEnds(logs)
        .end("shop", Samples.RUN, Samples.step(0, "load", StepStatus.FAILED, 2), lines)
        .toCompletableFuture()
        .get();
  }

  @Test
  void the_last_lines_of_the_newest_section_are_read_over_the_bounds_of_chunks() throws Exception {
    logs.store(Chunks.last("load", 1, 1, 9));
    logs.store(Chunks.chunk("load", 2, 1, 3));
    logs.store(Chunks.last("load", 2, 4, 2));
    logs.store(Chunks.last("report", 3, 1, 1));

    LogEnd end = end(3).orElseThrow();

    assertThat(end.section().getFence()).isEqualTo(2);
    assertThat(end.lines())
        .extracting(LogLine::getText)
        .containsExactly("load 2 line 3", "load 2 line 4", "load 2 line 5");
    assertThat(end(100).orElseThrow().lines()).hasSize(5);
  }

  @Test
  void a_step_without_a_log_has_no_end_of_one() throws Exception {
    assertThat(end(3)).isEmpty();
  }
}
