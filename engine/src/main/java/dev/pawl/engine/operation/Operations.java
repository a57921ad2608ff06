package dev.pawl.engine.operation;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * The bulk commands and exports of this cluster.
 *
 * <p>Every call names the project that the operation must be in. Stages fail with {@link
 * dev.pawl.engine.decider.Unavailable} when the outcome is unknown and with {@link
 * dev.pawl.engine.decider.Overloaded} when the node lets no more commands in.
 */
public interface Operations {

  /**
   * Begins an operation, or finds the one that the same request began.
   *
   * @param work whose list of runs the content store holds already
   */
  CompletionStage<Answer<OperationHead, OperationRejection>> start(
      OperationId id, String project, OperationWork work, Cause.Command cause);

  CompletionStage<Answer<OperationHead, OperationRejection>> describe(
      String project, OperationId id);

  /**
   * The operation once it has ended, or has more facts than the caller knows, or as it is after the
   * time given.
   */
  CompletionStage<Answer<OperationHead, OperationRejection>> await(
      String project, OperationId id, long knownSequence, Duration atMost);

  /** Lets what has begun finish, and begins nothing more; an export is given up. */
  CompletionStage<Answer<Told, OperationRejection>> cancel(
      String project, OperationId id, Cause.Command cause);

  /**
   * What came of a command.
   *
   * @param changed whether it was news; so it is, too, when its caller repeats it
   */
  record Told(OperationHead head, boolean changed) {}

  /**
   * How items ended, in the order of their index.
   *
   * @param size at most {@value #LARGEST_PAGE}
   */
  CompletionStage<Answer<ItemPage, OperationRejection>> items(
      String project, OperationId id, int from, int size);

  /** One chunk of an export's file; empty when it was deleted. */
  CompletionStage<Optional<byte[]>> chunk(OperationId id, OperationFile file, int chunk);

  /** The most items of one page. */
  int LARGEST_PAGE = 500;

  /**
   * Some items.
   *
   * @param head of the moment
   * @param results of those of them that were answered
   * @param next the index to go on from; empty on the last page
   */
  record ItemPage(OperationHead head, int from, List<ItemResult> results, OptionalInt next) {
    public ItemPage {
      results = List.copyOf(results);
    }
  }
}
