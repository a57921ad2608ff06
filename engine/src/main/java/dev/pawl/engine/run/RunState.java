package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.explain.Reason.Turn;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Requests;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.run.RunEvent.StopReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Where one run stands. */
public sealed interface RunState {

  /** What it was started with, once it was. */
  default Optional<RunHeader> begun() {
    return switch (this) {
      case Absent _ -> Optional.empty();
      case Live live -> Optional.of(live.header());
      case Ended ended -> Optional.of(ended.header());
    };
  }

  /** What every stored run carries. */
  default Optional<Trail> past() {
    return switch (this) {
      case Absent _ -> Optional.empty();
      case Live live -> Optional.of(live.trail());
      case Ended ended -> Optional.of(ended.trail());
    };
  }

  /** Its count of facts. */
  default long sequence() {
    return past().map(Trail::sequence).orElse(0L);
  }

  /** The requests that it acted on lately. */
  default Requests requests() {
    return past().map(Trail::requests).orElse(Requests.NONE);
  }

  /** Whether it is there, and in this project. */
  default boolean isIn(String project) {
    return begun().filter(header -> header.project().equals(project)).isPresent();
  }

  /** Nothing was stored of it. */
  record Absent() implements RunState {}

  /** It has not ended. */
  record Live(RunHeader header, Phase phase, Steps steps, Trail trail) implements RunState {}

  /** It has ended. */
  record Ended(
      RunHeader header,
      RunStatus status,
      String reason,
      OptionalInt failedTask,
      Map<String, Payload> outputs,
      Instant endedAt,
      Steps steps,
      Trail trail)
      implements RunState {}

  /** What a live run is up to. */
  sealed interface Phase {
    record Running() implements Phase {}

    /** What is at work is let end, or told to. */
    record Pausing(boolean forced, Pause pause) implements Phase {}

    /** Nothing is at work since then. */
    record Paused(Instant drainedAt, Pause pause) implements Phase {}

    record Terminating(StopReason reason) implements Phase {}

    /**
     * What it did is being taken back.
     *
     * @param stopping it was told to stop: what is at work is
     */
    record RollingBack(boolean stopping) implements Phase {}
  }

  /**
   * A pause of a run.
   *
   * @param since when it was told to pause
   * @param until when it goes on by itself
   */
  record Pause(Instant since, Optional<Instant> until) {}

  /**
   * What every stored run carries.
   *
   * @param sequence its count of facts
   * @param lastAt when the last fact was
   * @param lastCommand who commanded it last, after the start
   * @param round 0, and one more with each redo
   * @param goes how often it went on after its end
   * @param deadline when it times out, counted from its start or from when it last went on after
   *     its end
   * @param turn who or what had it pause, stop or go back last, and when
   * @param startedAt the first lease of any step that has ended, in whatever round
   * @param tenure since when it holds its locks
   */
  record Trail(
      long sequence,
      Instant lastAt,
      Requests requests,
      Optional<Cause.Command> lastCommand,
      int round,
      int goes,
      Optional<Instant> deadline,
      Optional<Turn> turn,
      Optional<Instant> startedAt,
      Tenure tenure) {

    Trail after(RunFact fact) {
      long next = sequence + 1;
      return new Trail(
          next,
          fact.at(),
          requests.after(fact.cause(), next, fact.at()),
          fact.cause() instanceof Cause.Command command ? Optional.of(command) : lastCommand,
          round,
          goes,
          deadline,
          turns(fact.event()) ? Optional.of(new Turn(fact.cause(), fact.at())) : turn,
          first(startedAt, fact.event()),
          tenure);
    }

    private static boolean turns(RunEvent event) {
      return event instanceof RunEvent.PauseBegan
          || event instanceof RunEvent.StopBegan
          || event instanceof RunEvent.RollbackBegan;
    }

    private static Optional<Instant> first(Optional<Instant> before, RunEvent event) {
      return event instanceof RunEvent.StepsEnded(var ends)
          ? Stream.concat(before.stream(), ends.stream().flatMap(end -> end.startedAt().stream()))
              .min(Comparator.naturalOrder())
          : before;
    }

    /** The same run without a lock. */
    Trail losing(RunEvent.LockLost lost) {
      return new Trail(
          sequence,
          lastAt,
          requests,
          lastCommand,
          round,
          goes,
          deadline,
          turn,
          startedAt,
          tenure.without(lost));
    }

    /** The same run after its end, being undone: that takes as long as it takes. */
    Trail goingBack() {
      return new Trail(
          sequence,
          lastAt,
          requests,
          lastCommand,
          round,
          goes + 1,
          Optional.empty(),
          turn,
          startedAt,
          Tenure.from(sequence));
    }

    /** The same run after its end, going on from now. */
    Trail goingOn(RunHeader header, int round) {
      return new Trail(
          sequence,
          lastAt,
          requests,
          lastCommand,
          round,
          goes + 1,
          header.deadline().map(first -> lastAt.plus(Duration.between(header.createdAt(), first))),
          turn,
          startedAt,
          Tenure.from(sequence));
    }
  }

  /**
   * Since when a run holds its locks.
   *
   * @param version of the run when it had last begun or gone on with them
   * @param lost what was taken away since
   */
  record Tenure(long version, List<RunEvent.LockLost> lost) {
    public Tenure {
      lost = List.copyOf(lost);
    }

    static Tenure from(long version) {
      return new Tenure(version, List.of());
    }

    Tenure without(RunEvent.LockLost one) {
      List<RunEvent.LockLost> all = new ArrayList<>(lost);
      all.add(one);
      return new Tenure(version, all);
    }

    Optional<RunEvent.LockLost> lost(LockName lock) {
      return lost.stream().filter(one -> one.lock().equals(lock)).findFirst();
    }
  }
}
