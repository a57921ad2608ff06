package dev.pawl.bench.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a fact says happened. States, outcomes and operations are the model's names as they are
 * stored, without prefix: a name that the model does not have must reach the judge.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "what")
@JsonSubTypes({
  @JsonSubTypes.Type(name = "Submitted", value = Change.Submitted.class),
  @JsonSubTypes.Type(name = "RunCreated", value = Change.RunCreated.class),
  @JsonSubTypes.Type(name = "PauseBegan", value = Change.PauseBegan.class),
  @JsonSubTypes.Type(name = "Paused", value = Change.Paused.class),
  @JsonSubTypes.Type(name = "Continued", value = Change.Continued.class),
  @JsonSubTypes.Type(name = "WentOn", value = Change.WentOn.class),
  @JsonSubTypes.Type(name = "StepPassed", value = Change.StepPassed.class),
  @JsonSubTypes.Type(name = "StepStopBegan", value = Change.StepStopBegan.class),
  @JsonSubTypes.Type(name = "LockLost", value = Change.LockLost.class),
  @JsonSubTypes.Type(name = "RunPassed", value = Change.RunPassed.class),
  @JsonSubTypes.Type(name = "RunStopBegan", value = Change.RunStopBegan.class),
  @JsonSubTypes.Type(name = "StepsEnded", value = Change.StepsEnded.class),
  @JsonSubTypes.Type(name = "RunEnded", value = Change.RunEnded.class),
  @JsonSubTypes.Type(name = "Leased", value = Change.Leased.class),
  @JsonSubTypes.Type(name = "AttemptFailed", value = Change.AttemptFailed.class),
  @JsonSubTypes.Type(name = "Undone", value = Change.Undone.class),
  @JsonSubTypes.Type(name = "Stopped", value = Change.Stopped.class),
  @JsonSubTypes.Type(name = "StopBegan", value = Change.StopBegan.class),
  @JsonSubTypes.Type(name = "Ended", value = Change.Ended.class)
})
public sealed interface Change {

  /** As both the journal and a watch show it: what a watch leaves out is left out here, too. */
  String shown();

  /** A version of a definition was added. */
  record Submitted(long version, String definitionHash) implements Change {
    @Override
    public String shown() {
      return "Submitted version=" + version + " hash=" + definitionHash;
    }
  }

  /**
   * A run began.
   *
   * @param definition {@code workflow|PROJECT/NAME} or {@code task|PROJECT/NAME}
   * @param bodyHash the server's
   * @param deadline of the whole run
   */
  record RunCreated(
      String definition,
      long definitionVersion,
      String definitionHash,
      int tasks,
      String requestId,
      String bodyHash,
      OptionalLong deadline)
      implements Change {
    @Override
    public String shown() {
      return "RunCreated version="
          + definitionVersion
          + " hash="
          + definitionHash
          + " tasks="
          + tasks;
    }
  }

  /**
   * A run was told to pause. A watch calls this, the next ones and {@link RunStopBegan} the same.
   *
   * @param forced what is at work is stopped
   */
  record PauseBegan(boolean forced) implements Change {
    @Override
    public String shown() {
      return MOVED;
    }
  }

  /** Nothing of a run is at work any more. */
  record Paused() implements Change {
    @Override
    public String shown() {
      return MOVED;
    }
  }

  /** A run goes on. */
  record Continued() implements Change {
    @Override
    public String shown() {
      return MOVED;
    }
  }

  /**
   * Tasks of a run that had ended are open again.
   *
   * @param how RETRIED, REDONE or ROLLBACK after the run's end, REOPENED after a forced pause that
   *     was over, STEP_REDONE when one is done once more
   * @param steps their indexes; none when all are
   */
  record WentOn(String how, List<Integer> steps) implements Change {
    public WentOn {
      steps = List.copyOf(steps);
    }

    @Override
    public String shown() {
      return MOVED;
    }
  }

  /**
   * A task that has not ended was told to stop.
   *
   * @param passing what it comes to counts as succeeded
   */
  record StepStopBegan(int step, boolean passing) implements Change {
    @Override
    public String shown() {
      return MOVED;
    }
  }

  /** A lock was taken from a run. */
  record LockLost() implements Change {
    @Override
    public String shown() {
      return MOVED;
    }
  }

  /** A task that had failed counts as succeeded. A watch shows it as an end. */
  record StepPassed(StepEnd end) implements Change {
    @Override
    public String shown() {
      return new StepsEnded(List.of(end)).shown();
    }
  }

  /** A run that had failed counts as succeeded. A watch shows it as an end. */
  record RunPassed() implements Change {
    @Override
    public String shown() {
      return "RunEnded reason=PASSED";
    }
  }

  /**
   * A run was told to stop, or its deadline passed.
   *
   * @param reason STOPPED or RUN_TIMED_OUT
   */
  record RunStopBegan(String reason) implements Change {
    @Override
    public String shown() {
      return MOVED;
    }
  }

  /** A watch's word for what is told by the states before and after alone. */
  String MOVED = "RunMoved";

  /** Tasks of a run ended. */
  record StepsEnded(List<StepEnd> ends) implements Change {
    public StepsEnded {
      ends = List.copyOf(ends);
    }

    @Override
    public String shown() {
      StringBuilder text = new StringBuilder("StepsEnded");
      for (StepEnd end : ends) {
        text.append(' ')
            .append(end.task())
            .append('=')
            .append(end.outcome())
            .append(',')
            .append(end.reason())
            .append(",attempt=")
            .append(end.attempt())
            .append(",fence=")
            .append(end.fence());
      }
      return text.toString();
    }
  }

  /**
   * How one task of a run ended.
   *
   * @param task its name
   * @param index its place in the definition
   * @param outcome SUCCEEDED, FAILED or TERMINATED
   * @param attempt the last one; 0 when none was made
   * @param fence of the last attempt; 0 when none was made
   * @param outputsHash in the observer's own way
   */
  record StepEnd(
      String task,
      int index,
      String outcome,
      String reason,
      int attempt,
      long fence,
      String worker,
      OptionalLong startedAt,
      long endedAt,
      String outputsHash) {}

  /**
   * A run ended.
   *
   * @param status SUCCEEDED, FAILED or TERMINATED
   * @param reason TASK_FAILED, RUN_TIMED_OUT, STOPPED, or empty
   * @param failedTask the index of the first that failed
   */
  record RunEnded(String status, String reason, OptionalInt failedTask, String outputsHash)
      implements Change {
    @Override
    public String shown() {
      return "RunEnded reason=" + reason;
    }
  }

  /**
   * A worker was given an execution.
   *
   * @param definitionHash of the first lease, as its taskIndex and inputsHash; empty later
   */
  record Leased(
      long fence,
      int round,
      int attempt,
      String operation,
      String worker,
      String incarnation,
      String definitionHash,
      OptionalInt taskIndex,
      String inputsHash)
      implements Change {
    @Override
    public String shown() {
      return "Leased fence="
          + fence
          + " round="
          + round
          + " attempt="
          + attempt
          + " operation="
          + operation
          + " worker="
          + worker;
    }
  }

  /**
   * An attempt ended and another follows.
   *
   * @param status FAILED, TIMED_OUT or TERMINATED
   * @param nextAttemptAt when the next is due
   */
  record AttemptFailed(long fence, String status, String reason, long nextAttemptAt)
      implements Change {
    @Override
    public String shown() {
      return "AttemptFailed fence="
          + fence
          + " status="
          + status
          + " reason="
          + reason
          + " next="
          + nextAttemptAt;
    }
  }

  /** What an attempt did was taken back, and another follows. */
  record Undone(long fence) implements Change {
    @Override
    public String shown() {
      return "Undone fence=" + fence;
    }
  }

  /** An attempt was stopped, and its clean-up follows. */
  record Stopped(long fence, String reason) implements Change {
    @Override
    public String shown() {
      return "Stopped fence=" + fence + " reason=" + reason;
    }
  }

  /** An execution was told to stop. */
  record StopBegan(long fence, String reason) implements Change {
    @Override
    public String shown() {
      return "StopBegan fence=" + fence + " reason=" + reason;
    }
  }

  /**
   * An execution ended.
   *
   * @param fence 0 when it was never leased
   * @param status SUCCEEDED, FAILED, TIMED_OUT or TERMINATED
   */
  record Ended(long fence, String status, String reason, String outputsHash) implements Change {
    @Override
    public String shown() {
      return "Ended fence=" + fence + " status=" + status + " reason=" + reason;
    }
  }
}
