package dev.pawl.engine.run;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.lock.LockName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A run without its steps, as its owner answers it.
 *
 * @param reason why it ended as it did; empty otherwise
 * @param startedAt the first lease of any of its steps, in whatever round, as far as it has heard
 * @param verbs every command of the table C3.2, allowed or refused now
 * @param failure the first step that failed, once the run is FAILED
 * @param lastCommand who paused, continued or stopped it last
 * @param pause the pause that it is in, or on its way to
 * @param round 0, and one more with each redo
 * @param locks what it holds, or held, by name
 * @param foreseen what a command would have the steps do, in order: in the answer to a dry run only
 * @param sequence the run's count of stored facts
 * @param changed whether the command that it answers stored something, or would have in a dry run;
 *     a repeat of one that did has, too, when it comes from the same caller
 * @param data what its steps published, together: in the answer to a reader only
 */
public record RunHead(
    RunId id,
    RunHeader header,
    Profile profile,
    RunStatus status,
    String reason,
    Map<String, Payload> outputs,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    StepCounts steps,
    List<VerbOption> verbs,
    Optional<StepView> failure,
    Optional<Cause.Command> lastCommand,
    Optional<Pause> pause,
    int round,
    List<RunLock> locks,
    List<Foreseen> foreseen,
    long sequence,
    boolean changed,
    AdditionalData data) {

  public RunHead {
    outputs = Map.copyOf(outputs);
    verbs = List.copyOf(verbs);
    locks = List.copyOf(locks);
    foreseen = List.copyOf(foreseen);
  }

  /** One without what its steps published. */
  public RunHead(
      RunId id,
      RunHeader header,
      Profile profile,
      RunStatus status,
      String reason,
      Map<String, Payload> outputs,
      Optional<Instant> startedAt,
      Optional<Instant> endedAt,
      StepCounts steps,
      List<VerbOption> verbs,
      Optional<StepView> failure,
      Optional<Cause.Command> lastCommand,
      Optional<Pause> pause,
      int round,
      List<RunLock> locks,
      List<Foreseen> foreseen,
      long sequence,
      boolean changed) {
    this(
        id,
        header,
        profile,
        status,
        reason,
        outputs,
        startedAt,
        endedAt,
        steps,
        verbs,
        failure,
        lastCommand,
        pause,
        round,
        locks,
        foreseen,
        sequence,
        changed,
        AdditionalData.NONE);
  }

  /** The same with what its steps published. */
  public RunHead publishing(AdditionalData published) {
    return new RunHead(
        id,
        header,
        profile,
        status,
        reason,
        outputs,
        startedAt,
        endedAt,
        steps,
        verbs,
        failure,
        lastCommand,
        pause,
        round,
        locks,
        foreseen,
        sequence,
        changed,
        published);
  }

  /** The same, as the answer to a dry run. */
  RunHead foreseeing(List<Foreseen> effects) {
    return new RunHead(
        id,
        header,
        profile,
        status,
        reason,
        outputs,
        startedAt,
        endedAt,
        steps,
        verbs,
        failure,
        lastCommand,
        pause,
        round,
        locks,
        effects,
        sequence,
        changed);
  }

  /** The same, as the answer to a command that was true already. */
  RunHead unchanged() {
    return new RunHead(
        id,
        header,
        profile,
        status,
        reason,
        outputs,
        startedAt,
        endedAt,
        steps,
        verbs,
        failure,
        lastCommand,
        pause,
        round,
        locks,
        foreseen,
        sequence,
        false);
  }

  /**
   * A pause.
   *
   * @param forced what ran was told to stop
   * @param drainedAt when nothing ran any more; empty while something does
   * @param until when the run goes on by itself
   */
  public record Pause(
      boolean forced, Instant since, Optional<Instant> drainedAt, Optional<Instant> until) {}

  /**
   * One of its locks.
   *
   * @param lostTo who took it away, when it is LOST
   * @param lostBecause in that caller's words
   */
  public record RunLock(LockName lock, Hand hand, String lostTo, String lostBecause) {

    /** Whether it is in the run's hand. */
    public enum Hand {
      HELD,
      /** The run let go of it when it ended. */
      RELEASED,
      /** It was taken away. */
      LOST
    }
  }

  /**
   * What a command would have one step do.
   *
   * @param execution which one of a step that is split; empty of one that is not
   */
  public record Foreseen(String step, OptionalInt execution, Effect effect) {
    /** Of a step that is not split. */
    public Foreseen(String step, Effect effect) {
      this(step, OptionalInt.empty(), effect);
    }

    /** What it would be. */
    public enum Effect {
      /** Work begins for the first time in this round. */
      EXECUTE,
      /** Work that had ended without success begins once more. */
      RETRY,
      /** What it did is taken back. */
      ROLLBACK,
      /** It counts as succeeded, or as taken back. */
      PASS,
      /** Its work is told to stop. */
      STOP
    }
  }

  /**
   * A command and whether the run would accept it.
   *
   * @param refusal why not; empty when it would
   */
  public record VerbOption(RunVerb verb, boolean allowed, String refusal) {}
}
