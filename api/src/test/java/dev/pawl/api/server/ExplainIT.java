package dev.pawl.api.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.pawl.api.fake.Samples;
import dev.pawl.covers.Covers;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandOption;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.ExplainRequest;
import dev.pawl.v1.ExplainResponse;
import dev.pawl.v1.ExplainServiceGrpc;
import dev.pawl.v1.FixedBackoff;
import dev.pawl.v1.GetTaskRunRequest;
import dev.pawl.v1.Lease;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.LocateTaskRunRequest;
import dev.pawl.v1.LocateTaskRunResponse;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.Placement;
import dev.pawl.v1.Profile;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import dev.pawl.v1.Reason;
import dev.pawl.v1.Retry;
import dev.pawl.v1.RollbackRunRequest;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StepPlace;
import dev.pawl.v1.StopRunRequest;
import dev.pawl.v1.StopRung;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WaitsForSlot;
import dev.pawl.v1.WorkerServiceGrpc;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Why things are where they are, told by a whole node on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainIT {
  private final ServerUnderTest server;
  private final ManagedChannel channel;
  private final RunServiceGrpc.RunServiceBlockingStub runs;
  private final AtomicInteger names = new AtomicInteger();

  ExplainIT() throws IOException, ServerStartFailed {
    server = ServerUnderTest.start();
    channel = server.channel();
    runs = RunServiceGrpc.newBlockingStub(channel);
  }

  @AfterAll
  void close() throws IOException {
    server.close();
  }

  private static TaskSpec.Builder task(String name, String group, String... needs) {
    TaskSpec.Builder task =
        TaskSpec.newBuilder().setName(name).setGroup(group).addAllNeeds(List.of(needs));
    task.setExecute(
        Samples.noop().toBuilder()
            .setTimeout(Duration.newBuilder().setSeconds(600))
            .setGrace(Duration.newBuilder().setSeconds(300)));
    return task;
  }

  private static WorkflowSpec.Builder workflow(TaskSpec.Builder... tasks) {
    WorkflowSpec.Builder spec = WorkflowSpec.newBuilder().setProfile(Profile.PROFILE_OPS);
    for (TaskSpec.Builder task : tasks) {
      spec.addTasks(task);
    }
    return spec;
  }

  /** Starts a run of a new workflow. */
  private String start(WorkflowSpec.Builder spec) {
    String name = "w" + names.incrementAndGet();
    WorkflowServiceGrpc.newBlockingStub(channel)
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent("projects/shop")
                .setWorkflow(spec.setName(name))
                .build());
    return runs.startRun(
            StartRunRequest.newBuilder()
                .setDefinition("projects/shop/workflows/" + name)
                .setRequestId("start-" + name)
                .build())
        .getRun()
        .getName();
  }

  private static String step(String run, String task) {
    return run + "/taskRuns/" + task;
  }

  private ExplainResponse explain(String name) {
    return ExplainServiceGrpc.newBlockingStub(channel)
        .explain(ExplainRequest.newBuilder().setName(name).build());
  }

  private List<Reason> reasons(String name) {
    return explain(name).getExplanation().getReasonsList();
  }

  /** The first reason of this kind, once there is one that fits. */
  private <T> T await(
      String name, Predicate<Reason> kind, Function<Reason, T> shown, Predicate<T> fits) {
    return Awaitility.await(name)
        .atMost(java.time.Duration.ofSeconds(30))
        .until(
            () -> reasons(name).stream().filter(kind).findFirst().map(shown),
            found -> found.isPresent() && fits.test(found.get()))
        .orElseThrow();
  }

  private void awaitState(String step, TaskRunState state) {
    Awaitility.await(step)
        .atMost(java.time.Duration.ofSeconds(30))
        .until(() -> taskRun(step).getState() == state);
  }

  private TaskRun taskRun(String step) {
    return runs.getTaskRun(GetTaskRunRequest.newBuilder().setName(step).build()).getTaskRun();
  }

  private void awaitEnd(String run, RunState state) {
    assertThat(runs.waitRun(WaitRunRequest.newBuilder().setName(run).build()).getRun().getState())
        .isEqualTo(state);
  }

  @Test
  void who_is_at_work_and_who_waits_for_that() throws InterruptedException {
    LeaseHolder worker = new LeaseHolder(channel, "works", "working", 4);
    String run = start(workflow(task("a", "working"), task("b", "working", "a")));
    worker.lease(step(run, "a"));
    awaitState(step(run, "a"), TaskRunState.TASK_RUN_STATE_RUNNING);

    Reason work = reasons(step(run, "a")).getFirst();
    assertThat(work.getAtWork().getWorker()).isEqualTo("works");
    assertThat(work.getAtWork().getAttempt()).isEqualTo(1);
    assertThat(
            work.getAtWork().getTimeoutTime().getSeconds()
                - work.getAtWork().getSinceTime().getSeconds())
        .isEqualTo(600);
    assertThat(work.getText()).startsWith("worker works is at it since ");
    assertThat(reasons(step(run, "a") + "/executions/0").getFirst()).isEqualTo(work);
    assertThat(explain(step(run, "a") + "/executions/0").getExplanation().getExecutionState())
        .isEqualTo(ExecutionState.EXECUTION_STATE_RUNNING);

    assertThat(reasons(step(run, "b")))
        .singleElement()
        .satisfies(
            reason -> {
              assertThat(reason.getText()).isEqualTo("waits for a (RUNNING)");
              assertThat(reason.getWaitsForSteps().getSteps().getStepsList())
                  .containsExactly(
                      StepPlace.newBuilder()
                          .setStep("a")
                          .setState(TaskRunState.TASK_RUN_STATE_RUNNING)
                          .build());
            });
    assertThat(taskRun(step(run, "b")).getWaitsFor()).isEqualTo("upstream: a");

    ExplainResponse whole = explain(run);
    assertThat(whole.getExplanation().getReasons(0).getText()).isEqualTo("1 step is at work: a");
    assertThat(whole.getStepsList())
        .extracting(of -> of.getName())
        .containsExactly(step(run, "a"), step(run, "b"));
  }

  @Test
  void who_waits_for_a_slot_knows_its_place() throws InterruptedException {
    LeaseHolder worker = new LeaseHolder(channel, "slow", "busy", 1);
    String first = start(workflow(task("a", "busy")));
    worker.lease(step(first, "a"));
    String second = start(workflow(task("a", "busy")));
    slot(step(second, "a"), slot -> slot.getPlace() == 1);
    String third = start(workflow(task("a", "busy")));

    WaitsForSlot slot = slot(step(third, "a"), it -> it.getPlace() == 2);

    assertThat(slot.getGroup()).isEqualTo("busy");
    assertThat(slot.getBusy()).isEqualTo(1);
    assertThat(slot.getSlots()).isEqualTo(1);
    assertThat(slot.getWaiting()).isEqualTo(2);
    assertThat(slot.hasSinceTime()).isTrue();
    assertThat(reasons(step(third, "a")).getFirst().getText())
        .startsWith("no slot in group busy: 1 of 1 busy, place 2 of 2, since ");
    assertThat(explain(third).getSteps(0).getReasons(0).getWaitsForSlot().getPlace()).isEqualTo(2);

    worker.succeed(step(first, "a"));
    worker.lease(step(second, "a"));
    slot(step(third, "a"), it -> it.getPlace() == 1);
  }

  private WaitsForSlot slot(String step, Predicate<WaitsForSlot> fits) {
    return await(step, Reason::hasWaitsForSlot, Reason::getWaitsForSlot, fits);
  }

  @Test
  void a_group_without_workers_and_a_worker_that_is_not_there_are_named()
      throws InterruptedException {
    String nobody = start(workflow(task("a", "deserted")));
    slot(step(nobody, "a"), WaitsForSlot::hasPlace);
    assertThat(reasons(step(nobody, "a")).getFirst().getText())
        .startsWith("no worker is connected to group deserted, place 1 of 1");

    new LeaseHolder(channel, "other", "placed", 4);
    String only =
        start(
            workflow(
                task("a", "placed").setPlacement(Placement.newBuilder().setOnlyWorker("chosen"))));
    WaitsForSlot slot = slot(step(only, "a"), WaitsForSlot::hasPlace);
    assertThat(slot.getOnlyWorker()).isEqualTo("chosen");
    assertThat(slot.getWorkers()).isZero();
    assertThat(reasons(step(only, "a")).getFirst().getText())
        .startsWith("only worker chosen may take it, which is not connected to group placed");
  }

  @Test
  void no_more_are_in_flight_than_the_definition_allows() throws InterruptedException {
    LeaseHolder worker = new LeaseHolder(channel, "one", "narrow", 4);
    String run =
        start(
            workflow(task("a", "narrow"), task("b", "narrow"), task("c", "narrow"))
                .setMaxInFlight(1));
    worker.lease(step(run, "a"));

    Reason reason = reasons(step(run, "c")).getFirst();

    assertThat(reason.getInFlightLimit().getLimit()).isEqualTo(1);
    assertThat(reason.getInFlightLimit().getAhead()).isEqualTo(1);
    assertThat(reason.getText())
        .isEqualTo("1 of 1 steps of this run that may be in flight are, and 1 are before it");
  }

  @Test
  void a_paused_run_says_by_whom_since_when_and_why() throws InterruptedException {
    LeaseHolder worker = new LeaseHolder(channel, "pausing", "paused", 1);
    String run = start(workflow(task("a", "paused"), task("b", "paused")).setMaxInFlight(1));
    worker.lease(step(run, "a"));
    awaitState(step(run, "a"), TaskRunState.TASK_RUN_STATE_RUNNING);
    runs.pauseRun(
        PauseRunRequest.newBuilder()
            .setName(run)
            .setRequestId("pause-" + run)
            .setReason("the disk is full")
            .build());

    Reason pausing = reasons(run).getFirst();
    assertThat(pausing.getRunPaused().getSettled()).isFalse();
    assertThat(pausing.getRunPaused().getInFlight().getStepsList())
        .extracting(StepPlace::getStep)
        .containsExactly("a");
    assertThat(pausing.getRunPaused().getCause().getCommand().getReason())
        .isEqualTo("the disk is full");
    assertThat(pausing.getText())
        .matches(
            "the run is pausing by .+ since .+, because: the disk is full; still in flight: a");
    assertThat(reasons(step(run, "a")))
        .extracting(Reason::getKindCase)
        .containsExactly(Reason.KindCase.AT_WORK, Reason.KindCase.RUN_PAUSED);

    worker.succeed(step(run, "a"));
    await(run, Reason::hasRunPaused, Reason::getRunPaused, paused -> paused.getSettled());
    assertThat(reasons(step(run, "b")))
        .singleElement()
        .satisfies(reason -> assertThat(reason.getText()).startsWith("the run is paused by "));

    runs.continueRun(
        ContinueRunRequest.newBuilder().setName(run).setRequestId("go-" + run).build());
    worker.lease(step(run, "b"));
    assertThat(reasons(run).getFirst().hasStepsInFlight()).isTrue();
  }

  @Test
  void a_retry_says_which_when_and_after_what() throws InterruptedException {
    LeaseHolder worker = new LeaseHolder(channel, "retries", "retrying", 1);
    String run =
        start(
            workflow(
                task("a", "retrying")
                    .setRetry(
                        Retry.newBuilder()
                            .setMaxAttempts(5)
                            .setFixed(
                                FixedBackoff.newBuilder()
                                    .setInterval(Duration.newBuilder().setSeconds(300))))));
    worker.fail(step(run, "a"), false);
    awaitState(step(run, "a"), TaskRunState.TASK_RUN_STATE_RETRY_WAIT);

    Reason reason = reasons(step(run, "a")).getFirst();

    assertThat(reason.getWaitsForRetry().getAttempt()).isEqualTo(2);
    assertThat(reason.getWaitsForRetry().getMaxAttempts()).isEqualTo(5);
    assertThat(reason.getText()).matches("retry 2 of 5 at \\S+, after EXIT_CODE, exit code 28");
    assertThat(taskRun(step(run, "a")).getWaitsFor()).startsWith("attempt 2 of 5 at ");
  }

  @Test
  void a_stop_says_on_which_rung_of_the_ladder_it_is() throws InterruptedException {
    LeaseHolder worker = new LeaseHolder(channel, "stubborn", "stopping", 1);
    String run = start(workflow(task("a", "stopping"), task("b", "stopping", "a")));
    worker.lease(step(run, "a"));
    awaitState(step(run, "a"), TaskRunState.TASK_RUN_STATE_RUNNING);
    runs.stopRun(
        StopRunRequest.newBuilder()
            .setConfirm(true)
            .setName(run)
            .setRequestId("stop-" + run)
            .setReason("wrong cluster")
            .build());

    Reason stopping = reasons(step(run, "a")).getFirst();
    assertThat(stopping.getStopping().getRung()).isEqualTo(StopRung.STOP_RUNG_SIGNALLED);
    assertThat(
            stopping.getStopping().getKillTime().getSeconds()
                - stopping.getStopping().getSignalTime().getSeconds())
        .isEqualTo(300);
    assertThat(reasons(run).getFirst().getText())
        .matches("the run is being stopped by .+, because: wrong cluster; still in flight: a");

    worker.confirmStop(step(run, "a"));
    awaitEnd(run, RunState.RUN_STATE_TERMINATED);
    assertThat(reasons(run).getFirst().getRunOver().getState())
        .isEqualTo(RunState.RUN_STATE_TERMINATED);
    assertThat(reasons(step(run, "b")))
        .extracting(Reason::getKindCase)
        .contains(Reason.KindCase.RUN_OVER);
  }

  @Test
  @Covers({"OBS-8", "OBS-9", "OCP-17"})
  void a_failed_run_is_located_at_its_failed_step_with_the_log_of_that() throws Exception {
    LeaseHolder worker = new LeaseHolder(channel, "failing", "failing", 4);
    String run =
        start(
            workflow(
                task("check", "failing"),
                task("swap", "failing", "check"),
                task("verify", "failing", "swap")));
    assertThat(locate(run, "").getTaskRun().getTask()).isEqualTo("check");
    worker.succeed(step(run, "check"));
    push(worker.lease(step(run, "swap")), "copying", "No space left on device");
    worker.fail(step(run, "swap"), true);
    awaitEnd(run, RunState.RUN_STATE_FAILED);

    LocateTaskRunResponse located = locate(run, "");
    assertThat(located.getTaskRun().getName()).isEqualTo(step(run, "swap"));
    assertThat(located.getTaskRun().getIndex()).isEqualTo(1);
    assertThat(located.getTotalSteps()).isEqualTo(3);
    assertThat(located.getLogLinesList())
        .extracting(LogLine::getText)
        .containsExactly("copying", "No space left on device");
    assertThat(locate(run, "ver").getTaskRun().getTask()).isEqualTo("verify");
    assertThat(
            runs.locateTaskRun(
                    LocateTaskRunRequest.newBuilder()
                        .setParent(run)
                        .addStates(TaskRunState.TASK_RUN_STATE_SUCCEEDED)
                        .build())
                .getTaskRun()
                .getTask())
        .isEqualTo("check");

    assertThat(reasons(step(run, "swap")).getFirst().getText())
        .matches("it is FAILED since \\S+: EXIT_CODE, exit code 28; its last line: disk full");
    assertThat(reasons(step(run, "verify")).getFirst().getText())
        .isEqualTo("nothing new starts: step swap is FAILED (EXIT_CODE)");
    assertThat(reasons(run).getFirst().getText()).endsWith("(TASK_FAILED), at swap");
  }

  private LocateTaskRunResponse locate(String run, String text) {
    return runs.locateTaskRun(
        LocateTaskRunRequest.newBuilder().setParent(run).setText(text).setLogLines(50).build());
  }

  /** Stores a log, whole. */
  private void push(Lease lease, String... texts) throws IOException, InterruptedException {
    LogLines.Builder lines = LogLines.newBuilder();
    for (String text : texts) {
      lines.addLines(LogLine.newBuilder().setSequence(lines.getLinesCount() + 1L).setText(text));
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(packed, new Deflater(Deflater.DEFAULT_COMPRESSION, true))) {
      lines.build().writeTo(out);
    }
    BlockingQueue<PushLogsResponse> stored = new LinkedBlockingQueue<>();
    StreamObserver<PushLogsRequest> pushing =
        WorkerServiceGrpc.newStub(channel)
            .pushLogs(
                new StreamObserver<>() {
                  @Override
                  public void onNext(PushLogsResponse response) {
                    stored.add(response);
                  }

                  @Override
                  public void onError(Throwable failure) {}

                  @Override
                  public void onCompleted() {}
                });
    pushing.onNext(
        PushLogsRequest.newBuilder()
            .setExecution(lease.getExecution())
            .setFence(lease.getFence())
            .setToken(lease.getToken())
            .setStartTime(lease.getStartTime())
            .setAttempt(lease.getAttempt())
            .setOperation(lease.getOperation())
            .setWorkerId("failing")
            .setFirstSequence(1)
            .setLineCount(texts.length)
            .setLines(ByteString.copyFrom(packed.toByteArray()))
            .setLast(true)
            .build());
    assertThat(stored.poll(20, TimeUnit.SECONDS)).isNotNull();
    pushing.onCompleted();
  }

  @Test
  void an_undo_waits_for_the_undo_of_what_came_after_it() throws InterruptedException {
    LeaseHolder worker = new LeaseHolder(channel, "undoing", "undoing", 4);
    String run =
        start(
            workflow(
                task("a", "undoing").setRollback(Samples.noop()),
                task("b", "undoing", "a").setRollback(Samples.noop())));
    worker.succeed(step(run, "a"));
    worker.fail(step(run, "b"), true);
    awaitEnd(run, RunState.RUN_STATE_FAILED);
    runs.rollbackRun(
        RollbackRunRequest.newBuilder()
            .setName(run)
            .setRequestId("back-" + run)
            .setReason("no use")
            .setConfirm(true)
            .build());
    worker.lease(step(run, "b"));

    assertThat(reasons(step(run, "a")).getFirst().getText())
        .isEqualTo("waits for the undo of b (ROLLING_BACK)");
    assertThat(reasons(step(run, "b")).getFirst().getText())
        .startsWith("worker undoing takes back what it did since ");
    assertThat(reasons(run).getFirst().getText())
        .startsWith("what the run did is being taken back by ");
    assertThat(locate(run, "").getTaskRun().getTask()).isEqualTo("b");
    worker.succeed(step(run, "b"));
    worker.succeed(step(run, "a"));
    awaitEnd(run, RunState.RUN_STATE_ROLLED_BACK);
  }

  /** The steps of an OPS run, as A1.3 says: what a running one is offered comes with its verb. */
  @Test
  @Covers({"OCP-10", "OCP-11"})
  void each_step_offers_the_commands_of_where_it_is_in_whatever_list() throws InterruptedException {
    LeaseHolder worker = new LeaseHolder(channel, "mixed", "mixed", 4);
    String run =
        start(
            workflow(
                task("done", "mixed"),
                task("bad", "mixed"),
                task("runs", "mixed"),
                task("waits", "mixed", "runs")));
    worker.succeed(step(run, "done"));
    worker.fail(step(run, "bad"), true);
    worker.lease(step(run, "runs"));
    awaitState(step(run, "done"), TaskRunState.TASK_RUN_STATE_SUCCEEDED);
    awaitState(step(run, "bad"), TaskRunState.TASK_RUN_STATE_FAILED);
    awaitState(step(run, "runs"), TaskRunState.TASK_RUN_STATE_RUNNING);

    List<TaskRun> listed =
        runs.listTaskRuns(ListTaskRunsRequest.newBuilder().setParent(run).build())
            .getTaskRunsList();

    assertThat(listed).hasSize(4);
    for (TaskRun step : listed) {
      assertThat(taskRun(step.getName()).getCommandsList()).isEqualTo(step.getCommandsList());
      assertThat(step.getCommandsList())
          .filteredOn(option -> !option.getAllowed())
          .allSatisfy(option -> assertThat(option.getRefusal()).isNotEmpty());
    }
    assertThat(allowed(listed.get(1)))
        .contains(Command.COMMAND_RETRY, Command.COMMAND_PASS)
        .doesNotContain(Command.COMMAND_STOP);
    assertThat(allowed(listed.get(0)))
        .doesNotContain(Command.COMMAND_RETRY, Command.COMMAND_PASS, Command.COMMAND_STOP);
    assertThat(allowed(listed.get(3))).isEmpty();
    boolean stops =
        listed.get(2).getCommandsList().stream()
            .anyMatch(option -> option.getCommand() == Command.COMMAND_STOP);
    assertThat(allowed(listed.get(2))).isEqualTo(stops ? List.of(Command.COMMAND_STOP) : List.of());
  }

  private static List<Command> allowed(TaskRun step) {
    return step.getCommandsList().stream()
        .filter(CommandOption::getAllowed)
        .map(CommandOption::getCommand)
        .toList();
  }
}
