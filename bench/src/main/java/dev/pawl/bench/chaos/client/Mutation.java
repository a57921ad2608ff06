package dev.pawl.bench.chaos.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.pawl.bench.history.Call.Verb;
import dev.pawl.bench.history.source.Hashes;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.ForcePauseRunRequest;
import dev.pawl.v1.PassRunRequest;
import dev.pawl.v1.PassTaskRunRequest;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.RedoExecutionRequest;
import dev.pawl.v1.RedoRunRequest;
import dev.pawl.v1.RedoTaskRunRequest;
import dev.pawl.v1.RetryRunRequest;
import dev.pawl.v1.RetryTaskRunRequest;
import dev.pawl.v1.RollbackRunRequest;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StopExecutionRequest;
import dev.pawl.v1.StopRunRequest;
import dev.pawl.v1.StopTaskRunRequest;
import dev.pawl.v1.SubmitTaskRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A request that may change something, to be sent once or again.
 *
 * @param resource what it is about, as callers name it; the definition of a run that is started,
 *     the run of a step
 * @param step the step's name; empty when it is about none
 * @param request the message, its id included
 */
record Mutation(Verb verb, String resource, String step, Message request) {
  private static final String NAME = "name";
  private static final String REQUEST_ID = "request_id";
  private static final String EXPECTED_VERSION = "expected_version";
  private static final String CONFIRM = "confirm";
  private static final String UNTIL = "until";
  private static final String REASON = "reason";

  static Mutation submit(SubmitWorkflowRequest request) {
    return new Mutation(
        Verb.SUBMIT,
        request.getParent() + "/workflows/" + request.getWorkflow().getName(),
        "",
        request);
  }

  static Mutation submit(SubmitTaskRequest request) {
    return new Mutation(
        Verb.SUBMIT, request.getParent() + "/tasks/" + request.getTask().getName(), "", request);
  }

  static Mutation start(StartRunRequest request) {
    return new Mutation(Verb.START, request.getDefinition(), "", request);
  }

  /** A command on a run, or on a step of it, that the caller means. */
  static Mutation command(
      Verb verb, String run, String step, String requestId, OptionalLong expectedVersion) {
    Message.Builder request = request(verb);
    String name =
        switch (verb) {
          case EXECUTION_STOP, EXECUTION_REDO -> run + "/taskRuns/" + step + "/executions/0";
          default -> step.isEmpty() ? run : run + "/taskRuns/" + step;
        };
    request.setField(field(request, NAME), name).setField(field(request, REQUEST_ID), requestId);
    FieldDescriptor confirm = request.getDescriptorForType().findFieldByName(CONFIRM);
    if (confirm != null) {
      request.setField(confirm, true);
    }
    expectedVersion.ifPresent(
        version -> request.setField(field(request, EXPECTED_VERSION), version));
    return new Mutation(verb, run, step, request.build());
  }

  private static Message.Builder request(Verb verb) {
    return switch (verb) {
      case PAUSE -> PauseRunRequest.newBuilder();
      case FORCED_PAUSE -> ForcePauseRunRequest.newBuilder();
      case CONTINUE -> ContinueRunRequest.newBuilder();
      case STOP -> StopRunRequest.newBuilder();
      case RETRY -> RetryRunRequest.newBuilder();
      case ROLLBACK -> RollbackRunRequest.newBuilder();
      case PASS -> PassRunRequest.newBuilder();
      case REDO -> RedoRunRequest.newBuilder();
      case STEP_RETRY -> RetryTaskRunRequest.newBuilder();
      case STEP_PASS -> PassTaskRunRequest.newBuilder();
      case STEP_STOP -> StopTaskRunRequest.newBuilder();
      case STEP_REDO -> RedoTaskRunRequest.newBuilder();
      case EXECUTION_STOP -> StopExecutionRequest.newBuilder();
      case EXECUTION_REDO -> RedoExecutionRequest.newBuilder();
      case SUBMIT, START, GET, WAIT, LIST ->
          throw new IllegalArgumentException(verb + " is no command on a run");
    };
  }

  /** Sends it and says what the answer tells. */
  Seen send(Stubs stubs) {
    return switch (request) {
      case SubmitWorkflowRequest it -> Seen.of(stubs.workflows().submitWorkflow(it).getWorkflow());
      case SubmitTaskRequest it -> Seen.of(stubs.tasks().submitTask(it).getTask());
      case StartRunRequest it -> Seen.of(stubs.runs().startRun(it).getRun());
      case PauseRunRequest it -> Seen.of(stubs.runs().pauseRun(it).getRun());
      case ForcePauseRunRequest it -> Seen.of(stubs.runs().forcePauseRun(it).getRun());
      case ContinueRunRequest it -> Seen.of(stubs.runs().continueRun(it).getRun());
      case StopRunRequest it -> Seen.of(stubs.runs().stopRun(it).getRun());
      case RetryRunRequest it -> Seen.of(stubs.runs().retryRun(it).getRun());
      case RollbackRunRequest it -> Seen.of(stubs.runs().rollbackRun(it).getRun());
      case PassRunRequest it -> Seen.of(stubs.runs().passRun(it).getRun());
      case RedoRunRequest it -> Seen.of(stubs.runs().redoRun(it).getRun());
      case RetryTaskRunRequest it -> Seen.of(stubs.runs().retryTaskRun(it).getRun());
      case PassTaskRunRequest it -> Seen.of(stubs.runs().passTaskRun(it).getRun());
      case StopTaskRunRequest it -> Seen.of(stubs.runs().stopTaskRun(it).getRun());
      case RedoTaskRunRequest it -> Seen.of(stubs.runs().redoTaskRun(it).getRun());
      case StopExecutionRequest it -> Seen.of(stubs.runs().stopExecution(it).getRun());
      case RedoExecutionRequest it -> Seen.of(stubs.runs().redoExecution(it).getRun());
      default -> throw new IllegalStateException("no mutation: " + request);
    };
  }

  /** The same pause, until a point in time. */
  Mutation until(Instant end) {
    Message.Builder other = request.toBuilder();
    Timestamp until =
        Timestamp.newBuilder().setSeconds(end.getEpochSecond()).setNanos(end.getNano()).build();
    return new Mutation(verb, resource, step, other.setField(field(other, UNTIL), until).build());
  }

  /** The same with another body under its request id. */
  Mutation withAnotherBody() {
    Message.Builder other = request.toBuilder();
    return new Mutation(
        verb, resource, step, other.setField(field(other, REASON), "another body").build());
  }

  private static FieldDescriptor field(Message.Builder message, String name) {
    return Objects.requireNonNull(message.getDescriptorForType().findFieldByName(name), name);
  }

  String requestId() {
    return (String) request.getField(request.getDescriptorForType().findFieldByName(REQUEST_ID));
  }

  OptionalLong expectedVersion() {
    var field = request.getDescriptorForType().findFieldByName(EXPECTED_VERSION);
    return field != null && request.hasField(field)
        ? OptionalLong.of((Long) request.getField(field))
        : OptionalLong.empty();
  }

  /** Of everything but the request's id. */
  String bodyHash() {
    Message.Builder body = request.toBuilder();
    return Hashes.of(verb + " " + Hashes.of(body.clearField(field(body, REQUEST_ID)).build()));
  }
}
