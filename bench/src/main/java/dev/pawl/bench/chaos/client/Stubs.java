package dev.pawl.bench.chaos.client;

import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.TaskServiceGrpc;
import dev.pawl.v1.TaskServiceGrpc.TaskServiceBlockingStub;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.grpc.Channel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The services for one call.
 *
 * @param node where the name of the node goes that answers
 */
record Stubs(Channel channel, Duration deadline, AtomicReference<String> node) {
  RunServiceBlockingStub runs() {
    return RunServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
        .withOption(AnsweredBy.NODE, node);
  }

  WorkflowServiceBlockingStub workflows() {
    return WorkflowServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
        .withOption(AnsweredBy.NODE, node);
  }

  TaskServiceBlockingStub tasks() {
    return TaskServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
        .withOption(AnsweredBy.NODE, node);
  }
}
