package dev.pawl.engine.operation;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.run.RefusalText;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunRejection;

/** A run's answer to a command as the result of an item. */
public final class Refusals {
  private Refusals() {}

  /** What the item of this index was answered with. */
  public static ItemResult result(int index, Answer<RunHead, RunRejection> answer) {
    return switch (answer) {
      case Answer.Accepted<RunHead, RunRejection>(var head) ->
          new ItemResult(
              index,
              head.changed() ? ItemOutcome.ACCEPTED : ItemOutcome.UNCHANGED,
              head.status().name(),
              "",
              "");
      case Answer.Refused<RunHead, RunRejection>(var rejection) ->
          new ItemResult(
              index,
              ItemOutcome.REFUSED,
              "",
              RefusalText.reason(rejection),
              RefusalText.message(rejection));
    };
  }
}
