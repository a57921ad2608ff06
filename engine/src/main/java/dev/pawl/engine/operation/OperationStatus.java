package dev.pawl.engine.operation;

/** C1 of the model: where an operation stands. */
public enum OperationStatus {
  /** Stored, and nothing of it has begun. */
  INIT(false),
  RUNNING(false),
  /** Every item was taken, or was so already. */
  SUCCESS(true),
  /** No item was. */
  FAIL(true),
  /** Some were. */
  PART_SUCCESS(true);

  private final boolean ended;

  OperationStatus(boolean ended) {
    this.ended = ended;
  }

  public boolean ended() {
    return ended;
  }
}
