package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The attempts of one execution, as its facts tell them: each from its lease to the fact that
 * closes it.
 */
record Attempts(List<Attempt> all) {

  /**
   * One attempt.
   *
   * @param closing absent while a worker has it
   */
  record Attempt(Fact began, Change.Leased lease, Optional<Fact> closing) {

    /** Whether it takes back what others did, or cleans up after one. */
    boolean extra() {
      return lease.operation().equals("ROLLBACK") || lease.operation().equals("CANCEL");
    }

    /** How it ended; empty while it has not. */
    String status() {
      return closing
          .map(
              fact ->
                  switch (fact.change()) {
                    case Change.AttemptFailed failed -> failed.status();
                    case Change.Ended ended -> ended.status();
                    case Change.Undone _ -> "ROLLED_BACK";
                    case Change.Stopped _ -> "TERMINATED";
                    default -> "";
                  })
          .orElse("");
    }

    /** Why; empty when it succeeded or has not ended. */
    String reason() {
      return closing
          .map(
              fact ->
                  fact.change() instanceof Change.AttemptFailed failed
                      ? failed.reason()
                      : fact.change() instanceof Change.Ended ended ? ended.reason() : "")
          .orElse("");
    }
  }

  static Attempts of(List<Fact> facts) {
    List<Attempt> all = new ArrayList<>(2);
    Fact began = null;
    for (Fact fact : facts) {
      switch (fact.change()) {
        case Change.Leased _ -> {
          if (began != null && began.change() instanceof Change.Leased lease) {
            all.add(new Attempt(began, lease, Optional.empty()));
          }
          began = fact;
        }
        case Change.AttemptFailed _, Change.Ended _, Change.Undone _, Change.Stopped _ -> {
          if (began != null && began.change() instanceof Change.Leased lease) {
            all.add(new Attempt(began, lease, Optional.of(fact)));
            began = null;
          }
        }
        case Change.Submitted _,
            Change.RunCreated _,
            Change.PauseBegan _,
            Change.Paused _,
            Change.Continued _,
            Change.WentOn _,
            Change.StepPassed _,
            Change.StepStopBegan _,
            Change.LockLost _,
            Change.RunPassed _,
            Change.RunStopBegan _,
            Change.StepsEnded _,
            Change.RunEnded _,
            Change.StopBegan _ -> {}
      }
    }
    if (began != null && began.change() instanceof Change.Leased lease) {
      all.add(new Attempt(began, lease, Optional.empty()));
    }
    return new Attempts(all);
  }

  /** The attempt under a fence. */
  Optional<Attempt> under(long fence) {
    return all.stream().filter(attempt -> attempt.lease().fence() == fence).findFirst();
  }
}
