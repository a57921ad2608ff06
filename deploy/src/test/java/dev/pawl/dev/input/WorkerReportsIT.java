package dev.pawl.dev.input;

import static dev.pawl.dev.input.Specs.attempts;
import static dev.pawl.dev.input.Specs.idle;
import static dev.pawl.dev.input.Specs.text;
import static dev.pawl.dev.input.Specs.values;
import static dev.pawl.dev.input.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.covers.Covers;
import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.HeldLease;
import dev.pawl.v1.Hello;
import dev.pawl.v1.Lease;
import dev.pawl.v1.Operation;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import dev.pawl.v1.Report;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StopRunRequest;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Workers that do not keep to the protocol: nothing that they say changes what they do not hold.
 */
@Timeout(60)
@ExtendWith(NodeExtension.class)
class WorkerReportsIT {
  private final Node node;

  WorkerReportsIT(Node node) {
    this.node = node;
  }

  // Reports.

  @Test
  @Covers("TSF-23")
  void a_report_about_an_execution_that_the_worker_does_not_hold_is_stale() {
    try (RawWorker holder = RawWorker.welcomed(node.channel(), "holders");
        RawWorker other = RawWorker.welcomed(node.channel(), "others")) {
      Run run = start("not-held", "holders");
      Lease lease = holder.awaitLease();
      holder.say(RawWorker.started(lease));
      long before = node.journalRows();

      // Of a run that does not exist, and of one that somebody else holds, with a token made up.
      Report absent =
          RawWorker.succeeded(lease).toBuilder()
              .setExecution(Node.PROJECT + "/runs/" + "0".repeat(26) + "/taskRuns/a/executions/0")
              .build();
      assertThat(other.answer(absent).getStale()).isTrue();
      Report guessed = RawWorker.succeeded(lease).toBuilder().setToken("guess").build();
      assertThat(other.answer(guessed).getStale()).isTrue();
      // With the right token for another fence.
      Report next = RawWorker.succeeded(lease).toBuilder().setFence(2).build();
      assertThat(holder.answer(next).getStale()).isTrue();

      assertThat(node.journalRows()).isEqualTo(before);
      assertThat(node.step(run, "a").getState()).isEqualTo(TaskRunState.TASK_RUN_STATE_RUNNING);
      assertThat(holder.answer(RawWorker.succeeded(lease)).getAccepted()).isTrue();
      assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    }
  }

  @Test
  void a_report_that_comes_twice_has_one_effect_and_another_after_it_is_stale() {
    try (RawWorker worker = RawWorker.welcomed(node.channel(), "twice")) {
      Run run = start("twice", "twice");
      Lease lease = worker.awaitLease();
      assertThat(worker.answer(RawWorker.succeeded(lease)).getAccepted()).isTrue();
      assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      long before = node.journalRows();
      assertThat(worker.answer(RawWorker.succeeded(lease)).getAccepted()).isTrue();
      assertThat(worker.answer(RawWorker.failed(lease)).getStale()).isTrue();
      assertThat(worker.answer(RawWorker.stopped(lease)).getStale()).isTrue();
      assertThat(node.journalRows()).isEqualTo(before);
      assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    }
  }

  @Test
  void a_report_out_of_order_changes_nothing() {
    try (RawWorker worker = RawWorker.welcomed(node.channel(), "order")) {
      Run run = start("order", "order");
      Lease lease = worker.awaitLease();
      // The end before the beginning is the end.
      assertThat(worker.answer(RawWorker.succeeded(lease)).getAccepted()).isTrue();
      assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      long before = node.journalRows();
      worker.say(RawWorker.started(lease));
      // Answers come in order: this one's says that the one before was dealt with.
      assertThat(worker.answer(RawWorker.succeeded(lease)).getExecution())
          .isEqualTo(lease.getExecution());
      assertThat(node.journalRows()).isEqualTo(before);
      assertThat(node.step(run, "a").getState()).isEqualTo(TaskRunState.TASK_RUN_STATE_SUCCEEDED);
    }
  }

  @Test
  @Covers("OBS-30")
  void a_report_with_an_old_fence_is_stale_and_the_new_attempt_goes_on() {
    try (RawWorker worker = RawWorker.welcomed(node.channel(), "fences")) {
      Run run = node.start(workflow("fences", grouped("fences").setRetry(attempts(2))).build());
      Lease first = worker.awaitLease();
      assertThat(worker.answer(RawWorker.failed(first)).getAccepted()).isTrue();
      Lease second = worker.awaitLease();
      assertThat(second.getFence()).isGreaterThan(first.getFence());
      assertThat(second.getAttempt()).isEqualTo(2);
      assertThat(second.getOperation()).isEqualTo(Operation.OPERATION_RETRY);
      worker.say(RawWorker.started(second));
      long before = node.journalRows();
      assertThat(worker.answer(RawWorker.succeeded(first)).getStale()).isTrue();
      assertThat(node.journalRows()).isEqualTo(before);
      assertThat(node.step(run, "a").getState()).isEqualTo(TaskRunState.TASK_RUN_STATE_RUNNING);
      assertThat(worker.answer(RawWorker.succeeded(second)).getAccepted()).isTrue();
      assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      assertThat(node.step(run, "a").getAttempt()).isEqualTo(2);
    }
  }

  @Test
  void outputs_above_the_limit_fail_the_attempt_and_are_not_stored() {
    try (RawWorker worker = RawWorker.welcomed(node.channel(), "large")) {
      Run run = start("large", "large");
      Lease lease = worker.awaitLease();
      long contents = node.contents();
      assertThat(
              worker
                  .answer(
                      RawWorker.succeeded(lease, values("x", text("x".repeat(2 * 1024 * 1024)))))
                  .getAccepted())
          .isTrue();
      assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_FAILED);
      TaskRun step = node.step(run, "a");
      assertThat(step.getReason()).isEqualTo("RESULT_TOO_LARGE");
      assertThat(step.getMessage()).contains("at most 1,048,576");
      assertThat(node.contents()).isEqualTo(contents);
    }
  }

  @Test
  @Covers("OCP-24")
  void a_worker_that_ignores_a_stop_is_fenced_and_its_late_result_is_stale() {
    try (RawWorker worker = RawWorker.welcomed(node.channel(), "deaf")) {
      TaskSpec.Builder task = grouped("deaf");
      task.getExecuteBuilder().setGrace(Specs.seconds(1));
      Run run = node.start(workflow("deaf", task, idle("b", "a")).build());
      Lease lease = worker.awaitLease();
      worker.say(RawWorker.started(lease));
      node.runs()
          .stopRun(StopRunRequest.newBuilder().setConfirm(true).setName(run.getName()).build());
      assertThat(worker.awaitStop().getGrace()).isEqualTo(Specs.seconds(1));
      worker.beat();

      assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_TERMINATED);
      TaskRun step = node.step(run, "a");
      assertThat(step.getState()).isEqualTo(TaskRunState.TASK_RUN_STATE_TERMINATED);
      assertThat(step.getMessage()).contains("fenced", "raw-deaf did not confirm");
      long before = node.journalRows();
      assertThat(worker.answer(RawWorker.succeeded(lease)).getStale()).isTrue();
      assertThat(node.journalRows()).isEqualTo(before);
    }
  }

  // What is no report and no hello.

  static Stream<Arguments> beginnings() {
    Hello hello = RawWorker.hello("odd").build();
    return Stream.of(
        arguments(
            "hello", ConnectRequest.newBuilder().setReport(Report.getDefaultInstance()).build()),
        begins("hello.workerId", hello.toBuilder().setWorkerId("../etc")),
        begins("hello.workerId", hello.toBuilder().clearWorkerId()),
        begins("hello.workerId", hello.toBuilder().setWorkerId("x".repeat(10_000))),
        begins("hello.incarnation", hello.toBuilder().clearIncarnation()),
        begins("hello.group", hello.toBuilder().setGroup("a b")),
        begins("hello.slots", hello.toBuilder().setSlots(0)),
        begins("hello.slots", hello.toBuilder().setSlots(10_001)),
        begins(
            "hello.held[0].execution",
            hello.toBuilder().addHeld(HeldLease.newBuilder().setExecution("nobody"))));
  }

  private static Arguments begins(String field, Hello.Builder hello) {
    return arguments(field, ConnectRequest.newBuilder().setHello(hello).build());
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource("beginnings")
  void a_session_that_begins_wrongly_is_refused_by_field(String field, ConnectRequest first) {
    try (RawWorker worker = new RawWorker(node.channel())) {
      worker.say(first);
      refused(worker, field);
    }
  }

  @Test
  void a_message_that_makes_no_sense_ends_the_session() {
    for (ConnectRequest odd :
        List.of(
            ConnectRequest.getDefaultInstance(),
            ConnectRequest.newBuilder()
                .setReport(Report.newBuilder().setExecution("projects/x"))
                .build(),
            ConnectRequest.newBuilder().setHello(RawWorker.hello("odd")).build())) {
      try (RawWorker worker = RawWorker.welcomed(node.channel(), "odd")) {
        worker.say(odd);
        PawlError error = worker.awaitRefusal();
        assertThat(error.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(error.reason()).contains("INVALID_FIELD");
      }
    }
  }

  @Test
  void a_report_without_an_outcome_ends_the_session_and_the_lease_is_given_again() {
    Hello hello = RawWorker.hello("mute").build();
    Run run;
    try (RawWorker worker = RawWorker.welcomed(node.channel(), hello)) {
      run = node.start(workflow("mute", grouped("mute").setRetry(attempts(2))).build());
      worker.say(RawWorker.about(worker.awaitLease()).build());
      refused(worker, "report");
    }
    // The same process is back and holds nothing: its lease is void, and the next attempt begins.
    try (RawWorker worker = RawWorker.welcomed(node.channel(), hello)) {
      assertThat(worker.answer(RawWorker.succeeded(worker.awaitLease())).getAccepted()).isTrue();
      assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    }
  }

  @Test
  void a_second_process_with_the_same_name_is_refused_and_the_first_goes_on() {
    try (RawWorker first = RawWorker.welcomed(node.channel(), "name");
        RawWorker second = new RawWorker(node.channel())) {
      second.say(RawWorker.hello("name").build());
      PawlError error = second.awaitRefusal();
      assertThat(error.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
      assertThat(error.reason()).contains("WORKER_ID_IN_USE");
      Run run = start("name", "name");
      assertThat(first.answer(RawWorker.succeeded(first.awaitLease())).getAccepted()).isTrue();
      assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    }
  }

  // Logs.

  @Test
  void log_lines_of_a_lease_that_nobody_gave_are_not_taken() {
    PushLogsRequest chunk =
        PushLogsRequest.newBuilder()
            .setExecution(Node.PROJECT + "/runs/" + "0".repeat(26) + "/taskRuns/a/executions/0")
            .setFence(1)
            .setFirstSequence(1)
            .setLineCount(1)
            .setLines(ByteString.copyFromUtf8("x"))
            .setStartTime(Timestamp.newBuilder().setSeconds(1_800_000_000))
            .setToken("guess")
            .setOperation(Operation.OPERATION_EXECUTE)
            .setAttempt(1)
            .build();
    assertThat(push(chunk).join().getClosed()).isTrue();
    assertThat(push(chunk.toBuilder().setFence(0).build()))
        .failsWithin(30, TimeUnit.SECONDS)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .satisfies(
            failure -> assertThat(PawlErrors.of(failure).reason()).contains("INVALID_FIELD"));
  }

  private CompletableFuture<PushLogsResponse> push(PushLogsRequest chunk) {
    CompletableFuture<PushLogsResponse> answer = new CompletableFuture<>();
    StreamObserver<PushLogsRequest> stream =
        WorkerServiceGrpc.newStub(node.channel())
            .pushLogs(
                new StreamObserver<>() {
                  @Override
                  public void onNext(PushLogsResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    answer.completeExceptionally(new AssertionError("ended without an answer"));
                  }
                });
    stream.onNext(chunk);
    stream.onCompleted();
    return answer;
  }

  private Run start(String name, String group) {
    return node.start(workflow(name, grouped(group)).build());
  }

  private static TaskSpec.Builder grouped(String group) {
    return idle("a").setGroup(group);
  }

  private static void refused(RawWorker worker, String field) {
    PawlError error = worker.awaitRefusal();
    assertThat(error.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(error.reason()).contains("INVALID_FIELD");
    assertThat(error.fields())
        .singleElement()
        .satisfies(found -> assertThat(found.path()).isEqualTo(field));
    Awaitility.await().until(worker::isOver);
  }
}
