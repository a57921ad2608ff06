package dev.pawl.engine.operation;

import java.util.List;
import java.util.Optional;

/** What happened to an operation. */
public sealed interface OperationEvent {

  /** It was asked for; who asked is its cause. */
  record Created(String project, OperationWork work) implements OperationEvent {}

  /**
   * Items were answered, and further ones may be sent their command from now on.
   *
   * @param begun so many items, counted from the first
   */
  record Advanced(int begun, List<ItemResult> results) implements OperationEvent {
    public Advanced {
      results = List.copyOf(results);
    }
  }

  /** An export begins, or begins anew. */
  record ExportBegan(int attempt) implements OperationEvent {}

  /** No further item begins. */
  record CancelBegan() implements OperationEvent {}

  /**
   * It ended.
   *
   * @param reason why it did not succeed, as a word: CANCELLED, FILE_TOO_LARGE ...; may be empty
   * @param message for people
   */
  record Ended(OperationStatus status, String reason, String message, Optional<OperationFile> file)
      implements OperationEvent {
    /** Somebody cancelled it. */
    public static final String CANCELLED = "CANCELLED";
  }
}
