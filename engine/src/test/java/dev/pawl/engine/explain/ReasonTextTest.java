package dev.pawl.engine.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.explain.Reason.Other;
import dev.pawl.engine.explain.Reason.Others;
import dev.pawl.engine.explain.Reason.Rung;
import dev.pawl.engine.explain.Reason.Turn;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.worker.GroupPlace;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonTextTest {
  private static final Instant AT = Instant.parse("2026-11-30T12:04:10.123456Z");
  private static final Others NONE = new Others(List.of(), 0);
  private static final Optional<Turn> BY_ANN =
      Optional.of(new Turn(new Cause.Command("r", "00", "ann", "disk full"), AT));

  private static Others steps(int count) {
    return new Others(
        IntStream.range(0, count)
            .limit(Reason.MOST_NAMES)
            .mapToObj(i -> new Other("s" + i, StepStatus.RUNNING))
            .toList(),
        count);
  }

  private static Reason slot(Optional<String> worker, Optional<GroupPlace> place) {
    return new Reason.Slot("hosts", worker, Optional.empty(), place);
  }

  private static Optional<GroupPlace> place(
      int workers, int draining, int slots, int busy, int place) {
    return Optional.of(
        new GroupPlace(workers, draining, slots, busy, 20, OptionalInt.of(place), false, false));
  }

  static Stream<Arguments> reasons() {
    Optional<String> w1 = Optional.of("w1");
    return Stream.of(
        says(new Reason.Upstream(steps(2)), "waits for s0 (RUNNING) and s1 (RUNNING)"),
        says(
            new Reason.Upstream(steps(30)),
            "waits for s0 (RUNNING), s1 (RUNNING), s2 (RUNNING), s3 (RUNNING), s4 (RUNNING)"
                + " and 25 more"),
        says(
            new Reason.NothingNew(new Other("swap", StepStatus.FAILED), "EXIT_CODE"),
            "nothing new starts: step swap is FAILED (EXIT_CODE)"),
        says(
            new Reason.RunPaused(false, true, BY_ANN, NONE),
            "the run is paused by ann since 2026-11-30T12:04:10Z, because: disk full"),
        says(
            new Reason.RunPaused(true, false, BY_ANN, steps(1)),
            "the run is being forced to pause by ann since 2026-11-30T12:04:10Z, because: disk"
                + " full; still in flight: s0"),
        says(
            new Reason.RunStopping(
                "RUN_TIMED_OUT",
                Optional.of(new Turn(new Cause.Timer("RUN_TIMEOUT"), AT)),
                steps(1)),
            "the run passed its timeout at 2026-11-30T12:04:10Z; still in flight: s0"),
        says(
            new Reason.RunRollingBack(false, BY_ANN, NONE),
            "what the run did is being taken back by ann since 2026-11-30T12:04:10Z, because:"
                + " disk full"),
        says(
            new Reason.InFlight(steps(2), Optional.of(AT)),
            "2 steps are at work: s0, s1; the run times out at 2026-11-30T12:04:10Z"),
        says(new Reason.InFlight(NONE, Optional.empty()), "no step is at work"),
        says(
            new Reason.RunOver(RunStatus.FAILED, "TASK_FAILED", "swap", AT),
            "the run is FAILED since 2026-11-30T12:04:10Z (TASK_FAILED), at swap"),
        says(
            slot(Optional.empty(), place(2, 0, 4, 4, 17)),
            "no slot in group hosts: 4 of 4 busy, place 17 of 20"),
        says(
            slot(Optional.empty(), place(0, 0, 0, 0, 1)),
            "no worker is connected to group hosts, place 1 of 20"),
        says(
            slot(Optional.empty(), place(2, 2, 0, 0, 1)),
            "no worker of group hosts takes anything new: all 2 are draining, place 1 of 20"),
        says(
            slot(w1, place(0, 0, 0, 0, 1)),
            "only worker w1 may take it, which is not connected to group hosts, place 1 of 20"),
        says(
            slot(w1, place(1, 0, 2, 2, 3)),
            "no slot of worker w1, the only one that may take it: 2 of 2 busy, place 3 of 20"),
        says(
            slot(Optional.empty(), Optional.empty()),
            "wants a slot in group hosts, which does not answer now"),
        says(
            new Reason.FlightLimit(3, 3, 2, ""),
            "3 of 3 steps of this run that may be in flight are, and 2 are before it"),
        says(
            new Reason.Retry(2, 5, Optional.of(AT), "EXIT_CODE, exit code 1"),
            "retry 2 of 5 at 2026-11-30T12:04:10Z, after EXIT_CODE, exit code 1"),
        says(
            new Reason.AtWork(
                Operation.EXECUTE, "w1", 1, 3, Optional.of(AT), Optional.of(AT.plusSeconds(60))),
            "worker w1 is at it since 2026-11-30T12:04:10Z (attempt 1 of 3); it times out at"
                + " 2026-11-30T12:05:10Z"),
        says(
            new Reason.AtWork(Operation.ROLLBACK, "w1", 1, 3, Optional.of(AT), Optional.empty()),
            "worker w1 takes back what it did since 2026-11-30T12:04:10Z"),
        says(
            new Reason.Stopping(
                "w1",
                Optional.of(
                    new Reason.Ladder(Rung.SIGNALLED, AT, AT.plusSeconds(10), AT.plusSeconds(25)))),
            "worker w1 was told to stop it at 2026-11-30T12:04:10Z; it is killed at"
                + " 2026-11-30T12:04:20Z, and given up at 2026-11-30T12:04:35Z"),
        says(new Reason.Undo(steps(1)), "waits for the undo of s0 (RUNNING)"),
        says(
            new Reason.StepOver(
                StepStatus.FAILED, "EXIT_CODE", "exit code 28", "disk full", AT, false),
            "it is FAILED since 2026-11-30T12:04:10Z: EXIT_CODE, exit code 28; its last line:"
                + " disk full"),
        says(
            new Reason.StepOver(StepStatus.SUCCEEDED, "", "", "", AT, true),
            "counts as SUCCEEDED since 2026-11-30T12:04:10Z: an operator said so"));
  }

  private static Arguments says(Reason reason, String sentence) {
    return Arguments.of(reason, sentence);
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void each_reason_is_one_sentence(Reason reason, String sentence) {
    assertThat(ReasonText.sentence(reason)).isEqualTo(sentence);
  }
}
