package dev.pawl.engine.operation;

import dev.pawl.engine.journal.Requests;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where one operation stands. */
public sealed interface OperationState {

  /** Nobody asked for it. */
  record Absent() implements OperationState {}

  /**
   * It is at work.
   *
   * @param results of the items that were answered, by index
   */
  record Live(
      OperationHead head, Map<Integer, ItemResult> results, Requests requests, Instant lastAt)
      implements OperationState {
    public Live {
      results = Collections.unmodifiableMap(new TreeMap<>(results));
    }
  }

  /** Nothing more happens to it. */
  record Ended(
      OperationHead head, Map<Integer, ItemResult> results, Requests requests, Instant lastAt)
      implements OperationState {
    public Ended {
      results = Collections.unmodifiableMap(new TreeMap<>(results));
    }
  }

  /** The head, if there is an operation. */
  default Optional<OperationHead> known() {
    return switch (this) {
      case Absent _ -> Optional.empty();
      case Live live -> Optional.of(live.head());
      case Ended ended -> Optional.of(ended.head());
    };
  }

  /** The head, if there is an operation and it is in this project. */
  default Optional<OperationHead> in(String project) {
    return known().filter(head -> head.project().equals(project));
  }

  /** What items were answered with, by index. */
  default Map<Integer, ItemResult> answers() {
    return switch (this) {
      case Absent _ -> Map.of();
      case Live live -> live.results();
      case Ended ended -> ended.results();
    };
  }
}
