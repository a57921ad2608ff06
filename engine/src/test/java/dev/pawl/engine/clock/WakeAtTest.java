package dev.pawl.engine.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.SampleEntries;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WakeAtTest {
  private static final Instant AT = Instant.parse("2026-11-20T05:30:00Z");
  private static final Optional<Instant> RECHECK = Optional.of(AT.plusSeconds(10));

  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {"RUNNING", "PAUSING", "TERMINATING"})
  void a_run_that_waits_for_others_is_looked_at_again(RunStatus status) {
    assertThat(WakeAt.of(run(status, Optional.empty()))).isEqualTo(RECHECK);
    assertThat(WakeAt.of(run(status, Optional.of(AT.plusSeconds(3600))))).isEqualTo(RECHECK);
  }

  @Test
  void a_deadline_that_comes_first_wakes_a_running_run() {
    var soon = Optional.of(AT.plusSeconds(3));
    assertThat(WakeAt.of(run(RunStatus.RUNNING, soon))).isEqualTo(soon);
    assertThat(WakeAt.deadline(run(RunStatus.RUNNING, soon))).isEqualTo(soon);
    assertThat(WakeAt.of(run(RunStatus.TERMINATING, soon))).isEqualTo(RECHECK);
    assertThat(WakeAt.deadline(run(RunStatus.TERMINATING, soon))).isEmpty();
  }

  @Test
  void a_paused_run_owes_nothing_but_its_deadline() {
    var later = Optional.of(AT.plusSeconds(3600));
    assertThat(WakeAt.of(paused(Optional.empty(), Optional.empty()))).isEmpty();
    assertThat(WakeAt.of(paused(Optional.empty(), later))).isEqualTo(later);
    // What such a fact does not say the run knows.
    assertThat(WakeAt.of(run(RunStatus.PAUSED, Optional.empty())))
        .contains(AT.plus(WakeAt.RECHECK));
  }

  @Test
  void a_pause_that_ends_by_itself_wakes_its_run_whatever_comes_first() {
    var soon = Optional.of(AT.plusSeconds(60));
    var later = Optional.of(AT.plusSeconds(3600));
    assertThat(WakeAt.of(paused(soon, Optional.empty()))).isEqualTo(soon);
    assertThat(WakeAt.of(paused(soon, later))).isEqualTo(soon);
    assertThat(WakeAt.of(paused(later, soon))).isEqualTo(soon);
    assertThat(WakeAt.deadline(paused(soon, Optional.empty()))).isEqualTo(soon);
  }

  private static FeedEntry paused(Optional<Instant> until, Optional<Instant> deadline) {
    return SampleEntries.run(
        5, new RunEvent.Paused(until), "PAUSED", AT, SampleEntries.header(deadline));
  }

  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {"SUCCEEDED", "FAILED", "TERMINATED"})
  void a_run_that_ended_owes_nothing(RunStatus status) {
    var ended =
        SampleEntries.run(
            5,
            new RunEvent.Ended(status, "", OptionalInt.empty(), Map.of()),
            status.name(),
            AT,
            SampleEntries.header(Optional.of(AT.plusSeconds(60))));
    assertThat(WakeAt.of(ended)).isEmpty();
    assertThat(WakeAt.deadline(ended)).isEmpty();
  }

  @Test
  void an_execution_at_work_is_looked_at_again_and_one_that_waits_is_woken_for_its_attempt() {
    var leased =
        new ExecutionEvent.Leased(
            Optional.empty(), 1, 1, 1, ExecutionEvent.Operation.EXECUTE, false, "w", "i");
    var failed =
        new ExecutionEvent.AttemptFailed(
            1, 1, ExecutionStatus.FAILED, "EXIT_CODE", "", "", AT.plusSeconds(77));
    var ended =
        new ExecutionEvent.Ended(
            Optional.empty(), 1, 1, ExecutionStatus.SUCCEEDED, "", "", "", Map.of());

    assertThat(WakeAt.of(SampleEntries.execution(1, leased, "RUNNING", AT))).isEqualTo(RECHECK);
    assertThat(
            WakeAt.of(
                SampleEntries.execution(
                    2, new ExecutionEvent.StopBegan(1, "STOPPED"), "TERMINATING", AT)))
        .isEqualTo(RECHECK);
    assertThat(WakeAt.of(SampleEntries.execution(2, failed, "RETRY_WAIT", AT)))
        .hasValue(AT.plusSeconds(77));
    assertThat(WakeAt.of(SampleEntries.execution(2, ended, "SUCCEEDED", AT))).isEmpty();
  }

  private static FeedEntry run(RunStatus status, Optional<Instant> deadline) {
    return SampleEntries.run(
        3, new RunEvent.Continued(List.of()), status.name(), AT, SampleEntries.header(deadline));
  }
}
