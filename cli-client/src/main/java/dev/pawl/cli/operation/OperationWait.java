package dev.pawl.cli.operation;

import com.google.protobuf.util.Durations;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.WaitOperationRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Waits for the end of an operation, across servers that come and go. */
public final class OperationWait {
  /** So often it is told how far it is. */
  private static final Duration TURN = Duration.ofSeconds(1);

  private OperationWait() {}

  /**
   * The operation once it has ended.
   *
   * @param told of every change that is seen, the end included
   */
  public static BulkOperation untilEnded(
      Invocation invocation, String name, Consumer<BulkOperation> told) {
    Optional<Duration> limit = invocation.explicitTimeout();
    long begin = System.nanoTime();
    long known = 0;
    while (true) {
      BulkOperation found =
          invocation
              .connection()
              .call(
                  OperationServiceGrpc.getWaitOperationMethod(),
                  WaitOperationRequest.newBuilder()
                      .setName(name)
                      .setTimeout(Durations.fromMillis(TURN.toMillis()))
                      .build(),
                  TURN.plusSeconds(10))
              .getOperation();
      if (found.getRevision().getSequence() > known) {
        known = found.getRevision().getSequence();
        told.accept(found);
      }
      if (States.isEnded(found.getState())) {
        return found;
      }
      Duration used = Duration.ofNanos(System.nanoTime() - begin);
      if (limit.isPresent() && used.compareTo(limit.get()) >= 0) {
        throw CommandFailed.of(
            ExitCode.TIMED_OUT,
            "Operation %s is still %s; it goes on."
                .formatted(Names.brief(found.getId()), States.name(found.getState())),
            "Follow it with pawl operation watch " + Names.brief(found.getId()) + ".");
      }
    }
  }
}
