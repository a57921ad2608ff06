package dev.pawl.engine.operation;

/**
 * How one item ended.
 *
 * @param index of the item, from 0
 * @param state of the run as it answered, by the model's name; empty when it refused
 * @param reason of a refusal, as errors have it: RUN_STATE_CONFLICT, RUN_NOT_FOUND
 * @param message for people, at most {@value #MESSAGE_CHARS} characters
 */
public record ItemResult(
    int index, ItemOutcome outcome, String state, String reason, String message) {
  /** So that what is answered together fits into one event and one page into one message. */
  public static final int MESSAGE_CHARS = 240;

  public ItemResult {
    message =
        message.length() > MESSAGE_CHARS
            ? message.substring(0, MESSAGE_CHARS - 3) + "..."
            : message;
  }
}
