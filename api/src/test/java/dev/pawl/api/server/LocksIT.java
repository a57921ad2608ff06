package dev.pawl.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.client.PawlError;
import dev.pawl.v1.GetLockRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ListLocksRequest;
import dev.pawl.v1.Lock;
import dev.pawl.v1.LockServiceGrpc;
import dev.pawl.v1.LockServiceGrpc.LockServiceBlockingStub;
import dev.pawl.v1.LockSpec;
import dev.pawl.v1.LockState;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Profile;
import dev.pawl.v1.ReleaseLockRequest;
import dev.pawl.v1.RetryRunRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunLock;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.RunState;
import dev.pawl.v1.Source;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.Status;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Locks of a whole node on a real PostgreSQL, over the wire, with a restart in between. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocksIT {
  private final ServerUnderTest server;
  private HandWorker worker;

  LocksIT() throws IOException, ServerStartFailed {
    server = ServerUnderTest.start();
    worker = new HandWorker(server.channel(), "w1", 8, _ -> Struct.getDefaultInstance());
  }

  @BeforeAll
  void welcome() throws InterruptedException {
    worker.awaitWelcome();
  }

  @AfterAll
  void close() throws IOException {
    server.close();
  }

  private void restart() throws ServerStartFailed, InterruptedException {
    server.restart();
    worker = new HandWorker(server.channel(), "w2", 8, _ -> Struct.getDefaultInstance());
    worker.awaitWelcome();
  }

  private RunServiceBlockingStub runs() {
    return RunServiceGrpc.newBlockingStub(server.channel());
  }

  private LockServiceBlockingStub locks() {
    return LockServiceGrpc.newBlockingStub(server.channel());
  }

  private void submit() {
    WorkflowServiceGrpc.newBlockingStub(server.channel())
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent("projects/shop")
                .setWorkflow(
                    WorkflowSpec.newBuilder()
                        .setName("upgrade")
                        .setProfile(Profile.PROFILE_OPS)
                        .addParameters(
                            Parameter.newBuilder()
                                .setName("zones")
                                .setType(ValueType.VALUE_TYPE_LIST))
                        .addLocks(
                            LockSpec.newBuilder().setKey(Source.newBuilder().setParameter("zones")))
                        .addTasks(TaskSpec.newBuilder().setName("swap").setExecute(Samples.noop())))
                .build());
  }

  private static StartRunRequest start(String requestId, String... zones) {
    var list = ListValue.newBuilder();
    for (String zone : zones) {
      list.addValues(Samples.text(zone));
    }
    return StartRunRequest.newBuilder()
        .setDefinition("projects/shop/workflows/upgrade")
        .setRequestId(requestId)
        .setParameters(
            Struct.newBuilder().putFields("zones", Value.newBuilder().setListValue(list).build()))
        .build();
  }

  private Run ended(Run run) {
    return runs().waitRun(WaitRunRequest.newBuilder().setName(run.getName()).build()).getRun();
  }

  private Run get(Run run) {
    return runs().getRun(GetRunRequest.newBuilder().setName(run.getName()).build()).getRun();
  }

  private static GetLockRequest zone(String key) {
    return GetLockRequest.newBuilder()
        .setName("projects/shop/locks/maintenance")
        .setKey(key)
        .build();
  }

  @Test
  void locks_are_refused_listed_taken_away_and_taken_again_over_the_wire() throws Exception {
    worker.failing.add("swap");
    submit();

    Run failed = runs().startRun(start("r1", "z1", "z2")).getRun();
    assertThat(failed.getLocksList()).extracting(RunLock::getKey).containsExactly("z1", "z2");
    assertThat(ended(failed).getState()).isEqualTo(RunState.RUN_STATE_FAILED);

    PawlError held = Gateway.refusal(() -> runs().startRun(start("r2", "z2", "z3")));
    assertThat(held.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(held.reason()).contains("LOCK_HELD");
    assertThat(held.message()).contains("z2", failed.getId(), "pawl run get");
    assertThat(held.metadata())
        .containsEntry("holder", failed.getName())
        .containsEntry("scope", "maintenance")
        .containsEntry("key", "z2")
        .containsKeys("since", "initiator");
    assertThat(
            Gateway.refusal(
                    () -> runs().startRun(start("r3", "z1").toBuilder().setDryRun(true).build()))
                .reason())
        .contains("LOCK_HELD");
    Run other = runs().startRun(start("r4", "z4")).getRun();
    assertThat(ended(other).getState()).isEqualTo(RunState.RUN_STATE_FAILED);

    restart();
    assertThat(Gateway.refusal(() -> runs().startRun(start("r5", "z1"))).reason())
        .contains("LOCK_HELD");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        locks()
                            .listLocks(
                                ListLocksRequest.newBuilder()
                                    .setParent("projects/shop")
                                    .setPageSize(2)
                                    .build()))
                    .satisfies(
                        page -> {
                          assertThat(page.getLocksList())
                              .extracting(Lock::getKey)
                              .containsExactly("z1", "z2");
                          assertThat(page.getTotalSize()).isEqualTo(3);
                        }));
    assertThat(
            locks()
                .listLocks(
                    ListLocksRequest.newBuilder()
                        .setParent("projects/shop")
                        .setHolder(other.getName())
                        .build())
                .getLocksList())
        .extracting(Lock::getKey)
        .containsExactly("z4");

    Lock lock = locks().getLock(zone("z1")).getLock();
    assertThat(lock.getState()).isEqualTo(LockState.LOCK_STATE_HELD);
    assertThat(lock.getHolder()).isEqualTo(failed.getName());
    assertThat(Gateway.refusal(() -> locks().getLock(zone("nobody"))).reason())
        .contains("LOCK_NOT_FOUND");

    ReleaseLockRequest release =
        ReleaseLockRequest.newBuilder()
            .setName(lock.getName())
            .setKey("z1")
            .setRequestId("f1")
            .setExpectedVersion(lock.getVersion())
            .setReason("the host is gone")
            .build();
    assertThat(Gateway.refusal(() -> locks().releaseLock(release)).reason())
        .contains("CONFIRM_REQUIRED");
    assertThat(
            Gateway.refusal(
                    () ->
                        locks()
                            .releaseLock(
                                release.toBuilder().clearReason().setConfirm(true).build()))
                .reason())
        .contains("INVALID_FIELD");
    assertThat(
            locks().releaseLock(release.toBuilder().setDryRun(true).build()).getLock().getHolder())
        .isEqualTo(failed.getName());
    ReleaseLockRequest confirmed = release.toBuilder().setConfirm(true).build();
    assertThat(locks().releaseLock(confirmed).getLock().getHolder()).isEqualTo(failed.getName());
    await().until(() -> get(failed).getLocks(0).getState() == LockState.LOCK_STATE_LOST);
    assertThat(get(failed).getLocks(0).getLostBecause()).isEqualTo("the host is gone");
    assertThat(get(failed).getLocks(1).getState()).isEqualTo(LockState.LOCK_STATE_HELD);

    runs().retryRun(RetryRunRequest.newBuilder().setName(failed.getName()).build());
    assertThat(ended(failed).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    await()
        .until(() -> locks().getLock(zone("z1")).getLock().getState() == LockState.LOCK_STATE_FREE);
    assertThat(locks().getLock(zone("z1")).getLock().getLastHolder()).isEqualTo(failed.getName());
    assertThat(get(failed).getLocks(0).getState()).isEqualTo(LockState.LOCK_STATE_RELEASED);
  }
}
