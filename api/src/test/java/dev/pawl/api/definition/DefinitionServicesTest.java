package dev.pawl.api.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.client.PawlError;
import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Overloaded;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.DefinitionRejection;
import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.view.DefinitionRow;
import dev.pawl.v1.GetTaskRequest;
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.ListWorkflowsRequest;
import dev.pawl.v1.ListWorkflowsResponse;
import dev.pawl.v1.Revision;
import dev.pawl.v1.ShellAction;
import dev.pawl.v1.SubmitTaskRequest;
import dev.pawl.v1.SubmitTaskResponse;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.SubmitWorkflowResponse;
import dev.pawl.v1.TaskServiceGrpc;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DefinitionServicesTest {
  private final Gateway gateway = new Gateway();
  private final WorkflowServiceGrpc.WorkflowServiceBlockingStub workflows =
      WorkflowServiceGrpc.newBlockingStub(gateway.channel);
  private final TaskServiceGrpc.TaskServiceBlockingStub tasks =
      TaskServiceGrpc.newBlockingStub(gateway.channel);

  @AfterEach
  void close() {
    gateway.close();
  }

  private static SubmitWorkflowRequest.Builder submit() {
    return SubmitWorkflowRequest.newBuilder()
        .setParent("projects/shop")
        .setRequestId("request-1")
        .setWorkflow(Samples.daily());
  }

  @Test
  @Covers("WDT-14")
  void a_workflow_is_stored_and_read_back_as_it_was_completed() {
    SubmitWorkflowResponse submitted = workflows.submitWorkflow(submit().build());
    assertThat(submitted.getChanged()).isTrue();
    Workflow read =
        workflows
            .getWorkflow(
                GetWorkflowRequest.newBuilder().setName("projects/shop/workflows/daily").build())
            .getWorkflow();
    assertThat(read).isEqualTo(submitted.getWorkflow());
    assertThat(read.getDefinition().getMaxInFlight()).isEqualTo(1_000);
    assertThat(read.getTaskCount()).isEqualTo(2);
    assertThat(read.getOwnersList()).containsExactly("ada");
    assertThat(read.getRevision().getEntity()).isEqualTo("workflow|shop/daily");
    assertThat(gateway.contents.stored).containsKey(read.getDefinitionHash());
  }

  @Test
  void the_same_content_again_changes_nothing() {
    workflows.submitWorkflow(submit().build());
    SubmitWorkflowResponse again =
        workflows.submitWorkflow(submit().setRequestId("request-2").build());
    assertThat(again.getChanged()).isFalse();
    assertThat(again.getWorkflow().getVersion()).isEqualTo(1);
  }

  @Test
  void the_cause_says_who_asked_for_what_and_why() {
    workflows.submitWorkflow(submit().setReason("first try").build());
    workflows.submitWorkflow(submit().setReason("second try").build());
    workflows.submitWorkflow(submit().setRequestId("request-2").setReason("first try").build());
    assertThat(gateway.definitions.causes)
        .allSatisfy(cause -> assertThat(cause.principal()).isEqualTo("anonymous"));
    assertThat(gateway.definitions.causes.getFirst().requestId()).isEqualTo("request-1");
    assertThat(gateway.definitions.causes.getFirst().reason()).isEqualTo("first try");
    // The id is no part of the body, everything else is.
    assertThat(gateway.definitions.causes.get(0).bodyHash())
        .isNotEqualTo(gateway.definitions.causes.get(1).bodyHash())
        .isEqualTo(gateway.definitions.causes.get(2).bodyHash());
  }

  @Test
  void a_request_without_an_id_gets_one() {
    workflows.submitWorkflow(submit().setRequestId("").build());
    assertThat(gateway.definitions.causes.getFirst().requestId()).hasSize(36);
  }

  @Test
  void every_mistake_is_listed_under_the_path_of_its_field() {
    WorkflowSpec.Builder wrong = Samples.daily().toBuilder();
    wrong.getTasksBuilder(1).setNeeds(0, "laod").setName("Report!");
    PawlError refusal =
        Gateway.refusal(() -> workflows.submitWorkflow(submit().setWorkflow(wrong).build()));
    assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.reason()).contains("INVALID_DEFINITION");
    assertThat(refusal.fields())
        .extracting(PawlError.FieldViolation::path)
        .contains("workflow.tasks[1].needs[0]", "workflow.tasks[1].name");
    assertThat(gateway.contents.stored).isEmpty();
    assertThat(gateway.definitions.causes).isEmpty();
  }

  @Test
  void very_many_mistakes_still_fit_into_the_trailers() {
    WorkflowSpec.Builder wrong = Samples.daily().toBuilder();
    for (int i = 0; i < 500; i++) {
      wrong.addTasks(TaskSpec.newBuilder().setName("NOT A NAME " + "x".repeat(200) + i));
    }
    PawlError refusal =
        Gateway.refusal(() -> workflows.submitWorkflow(submit().setWorkflow(wrong).build()));
    assertThat(refusal.reason()).contains("INVALID_DEFINITION");
    assertThat(refusal.fields()).isNotEmpty();
    assertThat(refusal.message()).contains("mistakes are listed");
  }

  @Test
  void a_definition_above_3_mib_is_refused() {
    WorkflowSpec.Builder large = Samples.daily().toBuilder();
    large
        .getTasksBuilder(0)
        .getExecuteBuilder()
        .setShell(ShellAction.newBuilder().setScript("x".repeat(3 * 1024 * 1024)));
    PawlError refusal =
        Gateway.refusal(() -> workflows.submitWorkflow(submit().setWorkflow(large).build()));
    assertThat(refusal.reason()).contains("INVALID_DEFINITION");
    assertThat(refusal.message()).contains("3,145,728");
    assertThat(gateway.contents.stored).isEmpty();
  }

  @Test
  void a_missing_definition_is_refused() {
    PawlError refusal =
        Gateway.refusal(() -> workflows.submitWorkflow(submit().clearWorkflow().build()));
    assertThat(refusal.reason()).contains("INVALID_FIELD");
    assertThat(refusal.fields())
        .extracting(PawlError.FieldViolation::path)
        .containsExactly("workflow");
  }

  @Test
  void a_dry_run_says_what_would_be_and_stores_nothing() {
    SubmitWorkflowResponse dry = workflows.submitWorkflow(submit().setDryRun(true).build());
    assertThat(dry.getChanged()).isTrue();
    assertThat(dry.getWorkflow().getVersion()).isEqualTo(1);
    assertThat(gateway.contents.stored).isEmpty();
    assertThat(gateway.definitions.causes).isEmpty();

    SubmitWorkflowResponse real = workflows.submitWorkflow(submit().build());
    assertThat(real.getWorkflow().getDefinitionHash())
        .isEqualTo(dry.getWorkflow().getDefinitionHash());
    assertThat(workflows.submitWorkflow(submit().setDryRun(true).build()).getChanged()).isFalse();
    assertThat(
            Gateway.refusal(
                    () ->
                        workflows.submitWorkflow(
                            submit().setDryRun(true).setExpectedVersion(0).build()))
                .reason())
        .contains("VERSION_MISMATCH");
  }

  @Test
  void expected_version_0_says_that_it_must_not_exist() {
    workflows.submitWorkflow(submit().setExpectedVersion(0).build());
    PawlError refusal =
        Gateway.refusal(() -> workflows.submitWorkflow(submit().setExpectedVersion(0).build()));
    assertThat(refusal.code()).isEqualTo(Status.Code.ABORTED);
    assertThat(refusal.reason()).contains("VERSION_MISMATCH");
    assertThat(
            Gateway.refusal(() -> workflows.submitWorkflow(submit().setExpectedVersion(-1).build()))
                .reason())
        .contains("INVALID_FIELD");
  }

  @Test
  void what_does_not_exist_is_not_found() {
    assertThat(
            Gateway.refusal(
                    () ->
                        workflows.getWorkflow(
                            GetWorkflowRequest.newBuilder()
                                .setName("projects/shop/workflows/none")
                                .build()))
                .reason())
        .contains("WORKFLOW_NOT_FOUND");
    assertThat(
            Gateway.refusal(
                    () ->
                        tasks.getTask(
                            GetTaskRequest.newBuilder()
                                .setName("projects/shop/tasks/none")
                                .build()))
                .reason())
        .contains("TASK_NOT_FOUND");
    workflows.submitWorkflow(submit().build());
    PawlError version =
        Gateway.refusal(
            () ->
                workflows.getWorkflow(
                    GetWorkflowRequest.newBuilder()
                        .setName("projects/shop/workflows/daily")
                        .setVersion(7)
                        .build()));
    assertThat(version.reason()).contains("VERSION_NOT_FOUND");
    assertThat(version.message()).contains("newest is 1");
  }

  @Test
  void refusals_and_failures_come_with_the_statuses_of_the_contract() {
    assertThat(refusedWith(new DefinitionRejection.RequestIdReused()))
        .isEqualTo("ALREADY_EXISTS REQUEST_ID_REUSED");
    assertThat(failedWith(new Unavailable("no answer", new IllegalStateException())))
        .isEqualTo("UNAVAILABLE UNAVAILABLE");
    assertThat(failedWith(new Overloaded("full"))).isEqualTo("RESOURCE_EXHAUSTED OVERLOADED");
    assertThat(failedWith(new IllegalStateException("secret: hunter2")))
        .isEqualTo("INTERNAL INTERNAL");
  }

  @Test
  void a_bug_is_told_by_a_trace_and_nothing_else() {
    gateway.definitions.failure = Optional.of(new IllegalStateException("secret: hunter2"));
    PawlError refusal = Gateway.refusal(() -> workflows.submitWorkflow(submit().build()));
    assertThat(refusal.message()).doesNotContain("hunter2").doesNotContain("Exception");
    assertThat(refusal.metadata()).containsKey("trace");
  }

  private String refusedWith(DefinitionRejection rejection) {
    gateway.definitions.refusal = Optional.of(rejection);
    return described(Gateway.refusal(() -> workflows.submitWorkflow(submit().build())));
  }

  private String failedWith(Throwable failure) {
    gateway.definitions.failure = Optional.of(failure);
    return described(Gateway.refusal(() -> workflows.submitWorkflow(submit().build())));
  }

  private static String described(PawlError error) {
    return error.code() + " " + error.reason().orElse("");
  }

  @Test
  void a_task_that_stands_alone_is_submitted_and_read() {
    SubmitTaskResponse submitted =
        tasks.submitTask(
            SubmitTaskRequest.newBuilder()
                .setParent("projects/shop")
                .setTask(TaskSpec.newBuilder().setName("export").setExecute(Samples.noop()))
                .build());
    assertThat(submitted.getTask().getName()).isEqualTo("projects/shop/tasks/export");
    assertThat(
            tasks
                .getTask(GetTaskRequest.newBuilder().setName("projects/shop/tasks/export").build())
                .getTask())
        .isEqualTo(submitted.getTask());
    assertThat(
            Gateway.refusal(
                    () ->
                        tasks.submitTask(
                            SubmitTaskRequest.newBuilder()
                                .setParent("projects/shop")
                                .setTask(TaskSpec.newBuilder().setName("export"))
                                .build()))
                .fields())
        .extracting(PawlError.FieldViolation::path)
        .contains("task.execute");
  }

  @Test
  void lists_page_through_and_wait_for_revisions() {
    for (String name : List.of("a", "b", "c")) {
      gateway.views.definitions.add(row(name));
    }
    ListWorkflowsRequest first =
        ListWorkflowsRequest.newBuilder()
            .setParent("projects/shop")
            .setPageSize(2)
            .addAtLeast(Revision.newBuilder().setEntity("workflow|shop/c").setSequence(1))
            .build();
    ListWorkflowsResponse one = workflows.listWorkflows(first);
    ListWorkflowsResponse two =
        workflows.listWorkflows(first.toBuilder().setPageToken(one.getNextPageToken()).build());
    assertThat(one.getWorkflowsList())
        .extracting(Workflow::getName)
        .containsExactly("projects/shop/workflows/a", "projects/shop/workflows/b");
    assertThat(two.getWorkflowsList())
        .extracting(Workflow::getName)
        .containsExactly("projects/shop/workflows/c");
    assertThat(two.getNextPageToken()).isEmpty();
    assertThat(one.getTotalSize()).isEqualTo(3);
    assertThat(gateway.views.waitedFor.getFirst())
        .containsExactly(new dev.pawl.engine.view.Revision("workflow|shop/c", 1));
    assertThat(
            Gateway.refusal(
                    () ->
                        workflows.listWorkflows(
                            ListWorkflowsRequest.newBuilder()
                                .setParent("projects/bank")
                                .setPageToken(one.getNextPageToken())
                                .build()))
                .reason())
        .contains("CURSOR_FILTER_MISMATCH");
    assertThat(
            Gateway.refusal(
                    () -> workflows.listWorkflows(first.toBuilder().setPageSize(-1).build()))
                .reason())
        .contains("INVALID_FIELD");
  }

  private static DefinitionRow row(String name) {
    return new DefinitionRow(
        new DefinitionId(DefinitionKind.WORKFLOW, "shop", name),
        DefinitionStatus.ACTIVE,
        1,
        "00",
        "",
        Profile.OFFLINE,
        "",
        List.of(),
        Map.of(),
        1,
        "ada",
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }
}
