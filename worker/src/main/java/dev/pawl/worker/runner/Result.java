package dev.pawl.worker.runner;

import com.google.protobuf.Struct;

/** How a runner's work ended, when nobody told it to stop. */
public sealed interface Result {
  /** The work was done; {@code outputs} fit what the task declares. */
  record Done(Struct outputs) implements Result {}

  /**
   * The work was not done.
   *
   * @param reason stable, in upper snake case
   * @param message for people: what was expected, what is so
   * @param permanent whether another attempt cannot help
   */
  record Undone(String reason, String message, boolean permanent) implements Result {}

  /** Nothing to hand back. */
  Result DONE = new Done(Struct.getDefaultInstance());

  /** A failure that another attempt may mend. */
  static Result failed(String reason, String message) {
    return new Undone(reason, message, false);
  }

  /** A failure that no attempt mends. */
  static Result failedForGood(String reason, String message) {
    return new Undone(reason, message, true);
  }
}
