package dev.pawl.api.fake;

import com.google.protobuf.Value;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.ExecutionView;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.StepView;
import dev.pawl.engine.view.RunRow;
import dev.pawl.v1.Action;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.Output;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Source;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Things that tests talk about. */
public final class Samples {
  public static final RunId RUN = new RunId("01jd8z4v7h3nq5r6s7t8v9w0xy");
  public static final RunId OTHER_RUN = new RunId("01jd8z4v7h9999999999999abc");
  public static final DefinitionId DAILY =
      new DefinitionId(DefinitionKind.WORKFLOW, "shop", "daily");
  public static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private Samples() {}

  /** load, then report, which reads an output of load. */
  public static WorkflowSpec daily() {
    return WorkflowSpec.newBuilder()
        .setName("daily")
        .putLabels("team", "data")
        .addParameters(Parameter.newBuilder().setName("day"))
        .addTasks(
            TaskSpec.newBuilder()
                .setName("load")
                .setExecute(noop())
                .addOutputs(Output.newBuilder().setName("rows")))
        .addTasks(
            TaskSpec.newBuilder()
                .setName("report")
                .addNeeds("load")
                .putInputs("rows", Source.newBuilder().setOutput("load.rows").build())
                .setExecute(noop()))
        .build();
  }

  public static Action noop() {
    return Action.newBuilder().setNoop(NoopAction.getDefaultInstance()).build();
  }

  /** Submits the workflow and gives the hash of its content. */
  public static String submitDaily(Gateway gateway) {
    return WorkflowServiceGrpc.newBlockingStub(gateway.channel)
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent("projects/shop")
                .setWorkflow(daily())
                .build())
        .getWorkflow()
        .getDefinitionHash();
  }

  public static RunHeader header(String hash) {
    return new RunHeader(
        DAILY,
        1,
        hash,
        2,
        Map.of("day", new Payload.Inline(text("monday"))),
        Map.of("team", "data"),
        "ada",
        "request-1",
        "00",
        "",
        NOW,
        Optional.empty());
  }

  /** The header of a run that is about an object. */
  public static RunHeader about(RunObject object) {
    RunHeader plain = header("00");
    return new RunHeader(
        plain.definition(),
        plain.definitionVersion(),
        plain.definitionHash(),
        plain.taskCount(),
        plain.parameters(),
        plain.labels(),
        plain.initiator(),
        plain.requestId(),
        plain.bodyHash(),
        plain.traceparent(),
        plain.createdAt(),
        plain.deadline(),
        List.of(object),
        List.of(),
        Map.of(),
        Optional.empty());
  }

  public static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  public static RunRow row(RunId id, RunStatus status) {
    return new RunRow(
        id,
        DAILY,
        1,
        "00",
        Profile.OFFLINE,
        status,
        "",
        "ada",
        Map.of("team", "data"),
        List.of(),
        NOW,
        Optional.empty(),
        Optional.empty(),
        StepCounts.none(2),
        3);
  }

  public static StepView step(int index, String task, StepStatus status, long fence) {
    return new StepView(
        index,
        0,
        task,
        "",
        List.of(),
        List.of(),
        status,
        "",
        "",
        fence > 0 ? "its last line" : "",
        0,
        (int) fence,
        1,
        fence,
        fence > 0 ? "w1" : "",
        "default",
        Optional.empty(),
        switch (status) {
          case SUCCEEDED, FAILED, TERMINATED, SKIPPED, ROLLED_BACK, ROLLBACK_FAILED ->
              Optional.of(NOW);
          case WAIT_UPSTREAM, WAIT_DISPATCH, RUNNING, RETRY_WAIT, TERMINATING, ROLLING_BACK ->
              Optional.empty();
        },
        Optional.empty(),
        "",
        Map.of(),
        false,
        List.of(),
        List.of());
  }

  /** An attempt of round 0 that began its fence's seconds after {@link #NOW}. */
  public static AttemptView attempt(
      long fence, int attempt, ExecutionEvent.Operation operation, ExecutionStatus status) {
    Instant start = NOW.plusSeconds(fence);
    boolean atWork = status == ExecutionStatus.RUNNING;
    boolean failed = status == ExecutionStatus.FAILED;
    return new AttemptView(
        0,
        attempt,
        operation,
        fence,
        "w1",
        start,
        atWork ? Optional.empty() : Optional.of(start.plusMillis(500)),
        status,
        failed ? "EXIT_CODE" : "",
        failed ? "exit code 28" : "");
  }

  public static ExecutionView execution(ExecutionId id, AttemptView... attempts) {
    return new ExecutionView(
        id,
        ExecutionStatus.RUNNING,
        "",
        "",
        List.of(attempts),
        Optional.empty(),
        Map.of(),
        attempts.length);
  }

  public static FeedEntry.OfRun runEntry(
      long ordering, RunId id, String hash, RunEvent event, String before, String after) {
    return new FeedEntry.OfRun(
        FakeFeed.at(ordering),
        id,
        header(hash),
        ordering,
        NOW,
        new RunFact(event, new Cause.Command("r-1", "00", "ada", "why"), NOW, before, after));
  }

  public static FeedEntry.OfExecution executionEntry(
      long ordering, RunId id, String hash, ExecutionEvent event, String before, String after) {
    return new FeedEntry.OfExecution(
        FakeFeed.at(ordering),
        new ExecutionId(id, "load", 0),
        header(hash),
        ordering,
        NOW,
        new ExecutionFact(event, new Cause.Report("w1", 1), NOW, before, after));
  }
}
