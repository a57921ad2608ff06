package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.client.PawlChannels;
import dev.pawl.client.PawlErrors;
import dev.pawl.client.RequestIds;
import dev.pawl.covers.Covers;
import dev.pawl.dev.DevServer;
import dev.pawl.dev.DevSettings;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListRunsResponse;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.Revision;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StopRunRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a caller may rely on once a command was answered, or refused. */
@Timeout(120)
class ReadYourWritesIT {
  @TempDir private static Path directory;
  private static DevServer server;
  private static ManagedChannel channel;
  private static String workflow;

  @BeforeAll
  static void startServer() throws Exception {
    // No worker: runs stay as they are.
    server = DevServer.start(new DevSettings(Optional.of(directory.resolve("data")), 0, 0, false));
    channel = PawlChannels.open(server.address());
    workflow = Graphs.submit(channel, Graphs.chain("waiting", 3, 0));
  }

  @AfterAll
  static void stopServer() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  @Covers({"SYS-6", "WDT-55"})
  void a_list_shows_what_was_acknowledged_when_it_is_given_its_revision() {
    for (int i = 0; i < 30; i++) {
      Run started = stub().startRun(start(RequestIds.next())).getRun();
      assertThat(listed(started, started.getRevision()).getState()).isEqualTo(started.getState());

      Run stopped =
          stub()
              .stopRun(
                  StopRunRequest.newBuilder()
                      .setConfirm(true)
                      .setName(started.getName())
                      .setRequestId(RequestIds.next())
                      .build())
              .getRun();
      Run shown = listed(started, stopped.getRevision());
      assertThat(shown.getState())
          .isIn(RunState.RUN_STATE_TERMINATING, RunState.RUN_STATE_TERMINATED);
      assertThat(shown.getRevision().getSequence())
          .isGreaterThanOrEqualTo(stopped.getRevision().getSequence());
    }
  }

  private static Run listed(Run run, Revision atLeast) {
    ListRunsResponse list =
        stub()
            .listRuns(
                ListRunsRequest.newBuilder()
                    .setParent(Graphs.PROJECT)
                    .setFilter("id = " + run.getId())
                    .addAtLeast(atLeast)
                    .build());
    assertThat(list.getRunsList()).hasSize(1);
    return list.getRuns(0);
  }

  @Test
  @Covers("SYS-3")
  void a_request_id_repeated_has_one_effect_and_the_same_answer() throws Exception {
    StartRunRequest start = start(RequestIds.next());
    Run started = stub().startRun(start).getRun();
    PauseRunRequest pause = pause(started, RequestIds.next(), "");
    Run paused = stub().pauseRun(pause).getRun();
    long rows = rows();

    Run startedAgain = stub().startRun(start).getRun();
    assertThat(startedAgain.getName()).isEqualTo(started.getName());
    assertThat(startedAgain.getRevision()).isEqualTo(started.getRevision());
    Run pausedAgain = stub().pauseRun(pause).getRun();
    assertThat(pausedAgain.getName()).isEqualTo(paused.getName());
    assertThat(pausedAgain.getRevision()).isEqualTo(paused.getRevision());
    assertThat(rows()).isEqualTo(rows);
  }

  @Test
  @Covers("SYS-3")
  void a_request_id_with_another_body_is_refused_and_nothing_is_stored() throws Exception {
    String startId = RequestIds.next();
    Run started = stub().startRun(start(startId)).getRun();
    String pauseId = RequestIds.next();
    stub().pauseRun(pause(started, pauseId, ""));
    long rows = rows();

    refused(
        Status.Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED",
        () -> stub().startRun(start(startId).toBuilder().putLabels("other", "body").build()));
    refused(
        Status.Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED",
        () -> stub().pauseRun(pause(started, pauseId, "another reason")));
    assertThat(rows()).isEqualTo(rows);
  }

  @Test
  @Covers("SYS-2")
  void a_refused_command_stores_nothing() throws Exception {
    Run run = stub().startRun(start(RequestIds.next())).getRun();
    StopRunRequest stop =
        StopRunRequest.newBuilder()
            .setConfirm(true)
            .setName(run.getName())
            .setRequestId(RequestIds.next())
            .build();
    stub().stopRun(stop);
    assertThat(
            stub()
                .getRun(GetRunRequest.newBuilder().setName(run.getName()).build())
                .getRun()
                .getState())
        .isEqualTo(RunState.RUN_STATE_TERMINATED);
    long rows = rows();

    refused(
        Status.Code.FAILED_PRECONDITION,
        "RUN_STATE_CONFLICT",
        () -> stub().pauseRun(pause(run, RequestIds.next(), "")));
    refused(
        Status.Code.NOT_FOUND,
        "WORKFLOW_NOT_FOUND",
        () ->
            stub()
                .startRun(
                    start(RequestIds.next()).toBuilder()
                        .setDefinition(Graphs.PROJECT + "/workflows/absent")
                        .build()));
    refused(
        Status.Code.ABORTED,
        "VERSION_MISMATCH",
        () ->
            stub()
                .pauseRun(
                    pause(stub().startRun(start(RequestIds.next())).getRun(), RequestIds.next(), "")
                        .toBuilder()
                        .setExpectedVersion(1_000)
                        .build()));
    assertThat(rows()).as("the one run that was started meanwhile").isEqualTo(rows + 1);
  }

  private static void refused(Status.Code code, String reason, Executable call) {
    assertThatThrownBy(call::execute)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            thrown -> {
              assertThat(thrown.getStatus().getCode()).isEqualTo(code);
              assertThat(PawlErrors.of(thrown).reason()).contains(reason);
            });
  }

  private static StartRunRequest start(String requestId) {
    return StartRunRequest.newBuilder().setDefinition(workflow).setRequestId(requestId).build();
  }

  private static PauseRunRequest pause(Run run, String requestId, String reason) {
    return PauseRunRequest.newBuilder()
        .setName(run.getName())
        .setRequestId(requestId)
        .setReason(reason)
        .build();
  }

  private static long rows() throws Exception {
    return JournalRows.count(server.dataDirectory());
  }

  private static RunServiceBlockingStub stub() {
    return RunServiceGrpc.newBlockingStub(channel);
  }
}
