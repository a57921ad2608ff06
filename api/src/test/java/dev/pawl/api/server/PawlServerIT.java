package dev.pawl.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Struct;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.Watching;
import dev.pawl.client.PawlError;
import dev.pawl.covers.Covers;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandOption;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.GetExecutionRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.RetryRunRequest;
import dev.pawl.v1.RollbackRunRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunState;
import dev.pawl.v1.Snapshot;
import dev.pawl.v1.Source;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StartRunResponse;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole node on a real PostgreSQL, spoken with over the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PawlServerIT {
  private final ServerUnderTest server;
  private final ManagedChannel channel;
  private final HandWorker worker;

  PawlServerIT() throws IOException, ServerStartFailed {
    server = ServerUnderTest.start();
    channel = server.channel();
    worker =
        new HandWorker(
            channel,
            "w1",
            8,
            lease ->
                lease.getExecution().contains("/taskRuns/load/")
                    ? Struct.newBuilder()
                        .putFields("rows", Samples.text("x".repeat(50_000)))
                        .build()
                    : Struct.getDefaultInstance());
  }

  @BeforeAll
  void welcome() throws InterruptedException {
    worker.awaitWelcome();
  }

  @AfterAll
  void close() throws IOException {
    server.close();
  }

  private static WorkflowSpec workflow(String name) {
    WorkflowSpec.Builder spec = Samples.daily().toBuilder().setName(name).clearParameters();
    spec.putOutputs("rows", Source.newBuilder().setOutput("load.rows").build());
    return spec.build();
  }

  private void submit(WorkflowSpec workflow) {
    WorkflowServiceGrpc.newBlockingStub(channel)
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent("projects/shop")
                .setWorkflow(workflow)
                .build());
  }

  private static StartRunRequest start(String workflow, String requestId) {
    return StartRunRequest.newBuilder()
        .setDefinition("projects/shop/workflows/" + workflow)
        .setRequestId(requestId)
        .build();
  }

  @Test
  @Covers("WDT-140")
  void a_workflow_runs_to_its_end_and_is_watched_there() {
    submit(workflow("daily"));
    RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
    Run started = runs.startRun(start("daily", "r-1")).getRun();
    Watching<WatchRequest, WatchResponse> watcher = Watching.all();
    WatchServiceGrpc.newStub(channel)
        .watch(
            WatchRequest.newBuilder()
                .setParent("projects/shop")
                .setBeginning(Beginning.getDefaultInstance())
                .setFilter(WatchFilter.newBuilder().addRuns(started.getName()))
                .build(),
            watcher);
    watcher.await(
        message ->
            message.getEvent().getKind() == EntityKind.ENTITY_KIND_RUN
                && message.getEvent().getStateAfter().equals("SUCCEEDED"));

    Run ended =
        runs.waitRun(WaitRunRequest.newBuilder().setName(started.getName()).build()).getRun();
    assertThat(ended.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(ended.getSteps().getSucceeded()).isEqualTo(2);
    // Too large for an event: it went through the content store, to the next task and here.
    assertThat(ended.getOutputs().getFieldsOrThrow("rows").getStringValue()).hasSize(50_000);
    assertThat(
            worker.leases.stream()
                .filter(lease -> lease.getExecution().contains(started.getId()))
                .filter(lease -> lease.getInputs().containsFields("rows"))
                .toList())
        .hasSize(1);
    assertThat(
            runs.listTaskRuns(ListTaskRunsRequest.newBuilder().setParent(started.getName()).build())
                .getTaskRunsList())
        .extracting(TaskRun::getState)
        .containsOnly(TaskRunState.TASK_RUN_STATE_SUCCEEDED);
    Execution execution =
        ExecutionServiceGrpc.newBlockingStub(channel)
            .getExecution(
                GetExecutionRequest.newBuilder()
                    .setName(started.getName() + "/taskRuns/load/executions/0")
                    .build())
            .getExecution();
    assertThat(execution.getState()).isEqualTo(ExecutionState.EXECUTION_STATE_SUCCEEDED);
    assertThat(execution.getAttempts(0).getWorker()).isEqualTo("w1");

    Map<String, Long> sequences = new HashMap<>();
    for (WatchResponse message : watcher.received()) {
      if (message.hasEvent()) {
        long before = sequences.getOrDefault(message.getEvent().getName(), 0L);
        assertThat(message.getEvent().getSequence()).isEqualTo(before + 1);
        sequences.put(message.getEvent().getName(), before + 1);
      }
    }
    assertThat(sequences).hasSize(3);

    assertThat(
            Gateway.refusal(
                    () ->
                        runs.pauseRun(
                            PauseRunRequest.newBuilder().setName(started.getName()).build()))
                .reason())
        .contains("RUN_STATE_CONFLICT");
  }

  @Test
  @Covers("SYS-3")
  void a_repeated_start_is_one_run_and_another_body_is_refused() {
    submit(workflow("twice"));
    RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
    Run first = runs.startRun(start("twice", "r-2")).getRun();
    assertThat(runs.startRun(start("twice", "r-2")).getRun().getId()).isEqualTo(first.getId());
    assertThat(
            Gateway.refusal(
                    () ->
                        runs.startRun(
                            start("twice", "r-2").toBuilder().putLabels("a", "b").build()))
                .reason())
        .contains("REQUEST_ID_REUSED");
    assertThat(
            Gateway.refusal(
                    () ->
                        runs.getRun(
                            GetRunRequest.newBuilder()
                                .setName("projects/bank/runs/" + first.getId())
                                .build()))
                .reason())
        .contains("RUN_NOT_FOUND");
  }

  @Test
  @Covers("SYS-6")
  void a_list_shows_what_was_answered_before_and_a_prefix_finds_it() {
    submit(workflow("listed"));
    RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
    Run started = runs.startRun(start("listed", "r-3")).getRun();
    ListRunsRequest request =
        ListRunsRequest.newBuilder()
            .setParent("projects/shop")
            .setFilter("workflow = listed")
            .addAtLeast(started.getRevision())
            .build();
    assertThat(runs.listRuns(request).getRunsList())
        .extracting(Run::getId)
        .containsExactly(started.getId());
    assertThat(
            runs.getRun(
                    GetRunRequest.newBuilder()
                        .setName("projects/shop/runs/" + started.getId().substring(14))
                        .build())
                .getRun()
                .getName())
        .isEqualTo(started.getName());
    Watching<WatchRequest, WatchResponse> watcher = Watching.all();
    WatchServiceGrpc.newStub(channel)
        .watch(
            WatchRequest.newBuilder()
                .setParent("projects/shop")
                .setSnapshot(Snapshot.getDefaultInstance())
                .setFilter(WatchFilter.newBuilder().addRuns(started.getName()))
                .build(),
            watcher);
    watcher.await(WatchResponse::hasSnapshotEnd);
    assertThat(watcher.received().getFirst().getRow().getRun().getId()).isEqualTo(started.getId());
    watcher.cancel();
  }

  @Test
  @Covers({"OCP-7", "OCP-12"})
  void one_call_gives_the_steps_in_their_order_and_the_edges_between_them() {
    submit(
        WorkflowSpec.newBuilder()
            .setName("diamond")
            .addTasks(noop("begin"))
            .addTasks(noop("left", "begin"))
            .addTasks(noop("right", "begin"))
            .addTasks(noop("end", "left", "right"))
            .build());
    RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
    Run started = runs.startRun(start("diamond", "r-4")).getRun();

    List<TaskRun> steps =
        runs.listTaskRuns(ListTaskRunsRequest.newBuilder().setParent(started.getName()).build())
            .getTaskRunsList();

    assertThat(steps)
        .extracting(TaskRun::getIndex, TaskRun::getTask, TaskRun::getName)
        .containsExactly(
            tuple(0, "begin", started.getName() + "/taskRuns/begin"),
            tuple(1, "left", started.getName() + "/taskRuns/left"),
            tuple(2, "right", started.getName() + "/taskRuns/right"),
            tuple(3, "end", started.getName() + "/taskRuns/end"));
    assertThat(steps)
        .extracting(TaskRun::getNeedsList, TaskRun::getDownstreamList)
        .containsExactly(
            tuple(List.of(), List.of("left", "right")),
            tuple(List.of("begin"), List.of("end")),
            tuple(List.of("begin"), List.of("end")),
            tuple(List.of("left", "right"), List.of()));
  }

  private static TaskSpec.Builder noop(String name, String... needs) {
    return TaskSpec.newBuilder()
        .setName(name)
        .addAllNeeds(List.of(needs))
        .setExecute(Samples.noop())
        .setRollback(Samples.noop());
  }

  /**
   * Where one may read beforehand that a run is not taken back.
   *
   * @param byTask whether one of its tasks forbids it, or its workflow
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Covers("OCP-37")
  void a_rollback_that_a_task_or_the_workflow_forbids_is_seen_beforehand_and_refused(
      boolean byTask) {
    String name = byTask ? "one-way-step" : "one-way";
    WorkflowSpec.Builder workflow = WorkflowSpec.newBuilder().setName(name);
    TaskSpec.Builder burn = noop("burn");
    if (byTask) {
      burn.addForbid(Command.COMMAND_ROLLBACK);
    } else {
      workflow.addForbid(Command.COMMAND_ROLLBACK);
    }
    submit(workflow.addTasks(burn).addTasks(noop("breaks", "burn")).build());
    RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
    worker.failing.add("breaks");
    Run started = runs.startRun(start(name, "start-" + name)).getRun();
    Run failed =
        runs.waitRun(WaitRunRequest.newBuilder().setName(started.getName()).build()).getRun();
    assertThat(failed.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    String why = "forbidden by the definition of burn" + (byTask ? "" : ", breaks");

    Workflow definition =
        WorkflowServiceGrpc.newBlockingStub(channel)
            .getWorkflow(
                GetWorkflowRequest.newBuilder().setName("projects/shop/workflows/" + name).build())
            .getWorkflow();
    assertThat(
            byTask
                ? definition.getDefinition().getTasks(0).getForbidList()
                : definition.getDefinition().getForbidList())
        .containsExactly(Command.COMMAND_ROLLBACK);
    assertThat(failed.getCommandsList())
        .contains(
            CommandOption.newBuilder()
                .setCommand(Command.COMMAND_ROLLBACK)
                .setRefusal(why)
                .build());

    RollbackRunRequest rollback =
        RollbackRunRequest.newBuilder().setName(started.getName()).setConfirm(true).build();
    for (boolean dryRun : List.of(true, false)) {
      PawlError refusal =
          Gateway.refusal(() -> runs.rollbackRun(rollback.toBuilder().setDryRun(dryRun).build()));
      assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(refusal.reason()).contains("RUN_STATE_CONFLICT");
      assertThat(refusal.message()).contains(why);
    }
    Run after = runs.getRun(GetRunRequest.newBuilder().setName(started.getName()).build()).getRun();
    assertThat(after.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    assertThat(after.getRevision()).isEqualTo(failed.getRevision());
  }

  /** Whatever became of the workflow: nothing is continued that the run did not begin with. */
  @Test
  void a_run_is_retried_with_the_definition_that_it_began_with() {
    WorkflowSpec before =
        WorkflowSpec.newBuilder()
            .setName("changed")
            .addTasks(noop("first"))
            .addTasks(noop("fails", "first"))
            .addTasks(noop("last", "fails"))
            .build();
    submit(before);
    RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
    worker.failing.add("fails");
    Run started = runs.startRun(start("changed", "r-5")).getRun();
    WaitRunRequest wait = WaitRunRequest.newBuilder().setName(started.getName()).build();
    assertThat(runs.waitRun(wait).getRun().getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    submit(
        WorkflowSpec.newBuilder()
            .setName("changed")
            .addTasks(noop("other"))
            .addTasks(noop("last", "other").addForbid(Command.COMMAND_RETRY))
            .build());

    worker.failing.remove("fails");
    runs.retryRun(RetryRunRequest.newBuilder().setName(started.getName()).build());
    Run retried = runs.waitRun(wait).getRun();

    assertThat(retried.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(retried.getDefinitionVersion()).isEqualTo(1);
    assertThat(retried.getDefinitionHash()).isEqualTo(started.getDefinitionHash());
    assertThat(
            worker.leases.stream()
                .filter(lease -> lease.getExecution().startsWith(started.getName() + "/"))
                .map(lease -> lease.getExecution().split("/", -1)[5]))
        .doesNotContain("other")
        .endsWith("fails", "last");
  }

  @Test
  void a_thousand_starts_at_once_all_run_to_their_end() throws Exception {
    WorkflowSpec.Builder chain = WorkflowSpec.newBuilder().setName("chain");
    for (int i = 0; i < 3; i++) {
      TaskSpec.Builder task = TaskSpec.newBuilder().setName("t" + i).setExecute(Samples.noop());
      if (i > 0) {
        task.addNeeds("t" + (i - 1));
      }
      chain.addTasks(task);
    }
    submit(chain.build());
    List<ListenableFuture<StartRunResponse>> answers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      answers.add(RunServiceGrpc.newFutureStub(channel).startRun(start("chain", "many-" + i)));
    }
    RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(channel);
    for (ListenableFuture<StartRunResponse> answer : answers) {
      String name = answer.get(60, TimeUnit.SECONDS).getRun().getName();
      Run run;
      do {
        run = runs.waitRun(WaitRunRequest.newBuilder().setName(name).build()).getRun();
      } while (run.getState() == RunState.RUN_STATE_RUNNING);
      assertThat(run.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    }
  }

  @Test
  void nobody_listens_off_loopback_unasked() throws IOException {
    InetAddress everywhere = InetAddress.getByName("0.0.0.0");
    assertThatThrownBy(() -> PawlServer.start(server.settings(everywhere, Optional.empty())))
        .isInstanceOfSatisfying(
            ServerStartFailed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(ServerStartFailed.Reason.INSECURE_NETWORK);
              assertThat(failed).hasMessageContaining("insecure-network");
            });
  }
}
