package dev.pawl.bench.chaos.client;

import com.google.protobuf.Message;
import dev.pawl.bench.history.Call.Verb;
import dev.pawl.bench.history.source.Hashes;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StopRunRequest;
import dev.pawl.v1.SubmitTaskRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A request that may change something, to be sent once or again.
 *
 * @param resource what it is about, as callers name it; the definition of a run that is started
 * @param request the message, its id included
 * @param send sends it and says what the answer tells
 */
record Mutation(Verb verb, String resource, Message request, Function<Stubs, Seen> send) {
  private static final String REQUEST_ID = "request_id";
  private static final String EXPECTED_VERSION = "expected_version";

  static Mutation submit(SubmitWorkflowRequest request) {
    return new Mutation(
        Verb.SUBMIT,
        request.getParent() + "/workflows/" + request.getWorkflow().getName(),
        request,
        stubs -> Seen.of(stubs.workflows().submitWorkflow(request).getWorkflow()));
  }

  static Mutation submit(SubmitTaskRequest request) {
    return new Mutation(
        Verb.SUBMIT,
        request.getParent() + "/tasks/" + request.getTask().getName(),
        request,
        stubs -> Seen.of(stubs.tasks().submitTask(request).getTask()));
  }

  static Mutation start(StartRunRequest request) {
    return new Mutation(
        Verb.START,
        request.getDefinition(),
        request,
        stubs -> Seen.of(stubs.runs().startRun(request).getRun()));
  }

  static Mutation pause(PauseRunRequest request) {
    return new Mutation(
        Verb.PAUSE,
        request.getName(),
        request,
        stubs -> Seen.of(stubs.runs().pauseRun(request).getRun()));
  }

  static Mutation carryOn(ContinueRunRequest request) {
    return new Mutation(
        Verb.CONTINUE,
        request.getName(),
        request,
        stubs -> Seen.of(stubs.runs().continueRun(request).getRun()));
  }

  static Mutation stop(StopRunRequest request) {
    return new Mutation(
        Verb.STOP,
        request.getName(),
        request,
        stubs -> Seen.of(stubs.runs().stopRun(request).getRun()));
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
    Message body =
        request.toBuilder()
            .clearField(
                Objects.requireNonNull(
                    request.getDescriptorForType().findFieldByName(REQUEST_ID), REQUEST_ID))
            .build();
    return Hashes.of(verb + " " + Hashes.of(body));
  }
}
