package dev.pawl.dev.input;

import static dev.pawl.dev.input.Specs.idle;
import static dev.pawl.dev.input.Specs.seconds;
import static dev.pawl.dev.input.Specs.shell;
import static dev.pawl.dev.input.Specs.task;
import static dev.pawl.dev.input.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Duration;
import dev.pawl.client.PawlError;
import dev.pawl.client.RequestIds;
import dev.pawl.covers.Covers;
import dev.pawl.v1.Action;
import dev.pawl.v1.Broadcast;
import dev.pawl.v1.Command;
import dev.pawl.v1.Each;
import dev.pawl.v1.LockSpec;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.ScheduleSpec;
import dev.pawl.v1.Shards;
import dev.pawl.v1.Source;
import dev.pawl.v1.SqlAction;
import dev.pawl.v1.SubmitTaskRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.SuccessCriterion;
import dev.pawl.v1.TaskServiceGrpc;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.Status;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Definitions with mistakes, from callers of stubs that check nothing themselves. */
@Timeout(60)
@ExtendWith(NodeExtension.class)
class DefinitionStubIT {
  private final Node node;

  DefinitionStubIT(Node node) {
    this.node = node;
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        refused("an unknown upstream", with(idle("a", "b")), "tasks[0].needs[0]", "no task"),
        refused(
            "a cycle",
            with(idle("a", "b"), idle("b", "c"), idle("c", "a")),
            "tasks[0].needs[0]",
            "a -> b -> c -> a"),
        refused("a name twice", with(idle("a"), idle("a")), "tasks[1].name", "already the name"),
        refused("an empty graph", with(), "tasks", "at least one task"),
        refused("no name", workflow("", idle("a")), "name", "is missing"),
        refused("a control character", workflow("a\nb", idle("a")), "name", "U+000A"),
        refused("a path separator", workflow("../x", idle("a")), "name", "path separator /"),
        refused("a back slash", with(idle("a\\b")), "tasks[0].name", "path separator \\"),
        refused("a right-to-left mark", with(idle("a\u202eb")), "tasks[0].name", "\\u202E"),
        refused("a long name", workflow("x".repeat(10_000), idle("a")), "name", "10,000 char"),
        refused(
            "an unknown runner",
            with(task("a", Action.newBuilder())),
            "tasks[0].execute",
            "has no runner"),
        refused("no action", with(TaskSpec.newBuilder().setName("a")), "tasks[0].execute", "is m"),
        refused(
            "a negative duration", with(idle("a")).setTimeout(seconds(-1)), "timeout", "negative"),
        refused(
            "an absurd duration",
            with(idle("a")).setTimeout(seconds(315_576_000_000L)),
            "timeout",
            "longer than 365 days"),
        refused(
            "a duration at odds with itself",
            with(idle("a")).setTimeout(Duration.newBuilder().setSeconds(1).setNanos(-1)),
            "timeout",
            "malformed"),
        refused(
            "a long wait",
            with(
                task(
                    "a",
                    Action.newBuilder()
                        .setNoop(NoopAction.newBuilder().setDuration(seconds(Long.MAX_VALUE))))),
            "tasks[0].execute.noop.duration",
            "longer than"),
        refused(
            "a script with a NUL", with(task("a", shell("ls\0"))), "tasks[0].execute.shell", "U+"),
        refused("a profile of the future", with(idle("a")).setProfileValue(99), "profile", "unkn"),
        refused(
            "a task that cannot be stopped",
            with(idle("a").addForbid(Command.COMMAND_STOP)),
            "tasks[0].forbid",
            "must be one of"),
        refused(
            "10,001 tasks",
            workflow("bad-stub")
                .addAllTasks(
                    IntStream.rangeClosed(0, 10_000).mapToObj(i -> idle("t" + i).build()).toList()),
            "tasks",
            "has 10,001 tasks"),
        refused(
            "more than 3 MiB",
            with(task("a", shell("#".repeat(3 * 1024 * 1024)))),
            "",
            "at most 3,145,728"),
        refused(
            "a lock that no parameter names",
            with(idle("a"))
                .addLocks(LockSpec.newBuilder().setKey(Source.newBuilder().setParameter("zone"))),
            "locks[0].key.parameter",
            "there is no parameter"),
        refused(
            "a split over nothing",
            with(idle("a").setEach(Each.getDefaultInstance())),
            "tasks[0].each.over",
            "is missing"),
        reserved("schedules", with(idle("a")).addSchedules(ScheduleSpec.getDefaultInstance())),
        reserved("tasks[0].when", with(idle("a").setWhen("true"))),
        reserved("tasks[0].shards", with(idle("a").setShards(Shards.getDefaultInstance()))),
        reserved(
            "tasks[0].broadcast", with(idle("a").setBroadcast(Broadcast.getDefaultInstance()))),
        reserved(
            "tasks[0].success", with(idle("a").setSuccess(SuccessCriterion.getDefaultInstance()))),
        reserved(
            "tasks[0].inputs.x.expression",
            with(idle("a").putInputs("x", Source.newBuilder().setExpression("1").build()))),
        reserved(
            "tasks[0].execute.sql",
            with(task("a", Action.newBuilder().setSql(SqlAction.getDefaultInstance())))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  @Covers("OCP-53")
  void a_definition_with_a_mistake_is_refused_by_field_and_nothing_is_stored(
      String what, WorkflowSpec workflow, String field, String says) {
    long contents = node.contents();
    PawlError error = node.refusal(() -> node.submit(workflow));
    assertThat(error.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(error.reason()).contains("INVALID_DEFINITION");
    assertThat(error.fields())
        .anySatisfy(
            violation -> {
              assertThat(violation.path()).startsWith(path(field));
              assertThat(violation.message()).contains(says).hasSizeLessThan(400);
            });
    assertThat(node.contents()).isEqualTo(contents);
  }

  @Test
  void all_mistakes_are_listed() {
    PawlError error =
        node.refusal(
            () ->
                node.submit(
                    workflow("Bad", idle("a", "b"), idle("a"), task("c", Action.newBuilder()))
                        .build()));
    assertThat(error.fields())
        .map(PawlError.FieldViolation::path)
        .containsExactlyElementsOf(
            Stream.of("name", "tasks[0].needs[0]", "tasks[1].name", "tasks[2].execute")
                .map(DefinitionStubIT::path)
                .toList());
  }

  @Test
  void more_mistakes_than_anybody_reads_are_cut_with_word_of_it() {
    PawlError error =
        node.refusal(
            () ->
                node.submit(
                    workflow("bad-stub")
                        .addAllTasks(
                            IntStream.range(0, 5_000)
                                .mapToObj(i -> idle("t" + i, "x".repeat(60)).build())
                                .toList())
                        .build()));
    assertThat(error.reason()).contains("INVALID_DEFINITION");
    assertThat(error.fields()).hasSizeBetween(10, 100);
  }

  @Test
  void a_task_of_its_own_follows_the_same_rules() {
    PawlError error =
        node.refusal(
            () ->
                TaskServiceGrpc.newBlockingStub(node.channel())
                    .submitTask(
                        SubmitTaskRequest.newBuilder()
                            .setParent(Node.PROJECT)
                            .setTask(idle("a/b", "c").setTimeout(seconds(-1)))
                            .setRequestId(RequestIds.next())
                            .build()));
    assertThat(error.reason()).contains("INVALID_DEFINITION");
    assertThat(error.fields())
        .map(PawlError.FieldViolation::path)
        .containsExactly("task.name", "task.needs", "task.timeout");
  }

  @Test
  @Covers("WDT-7")
  void a_project_that_is_no_name_is_refused() {
    for (String parent : List.of("", "default", "projects/", "projects/a/b", "projects/../etc")) {
      PawlError error =
          node.refusal(
              () ->
                  node.workflows()
                      .submitWorkflow(
                          SubmitWorkflowRequest.newBuilder()
                              .setParent(parent)
                              .setWorkflow(with(idle("a")))
                              .build()));
      assertThat(error.reason()).as(parent).contains("INVALID_FIELD");
      assertThat(error.fields()).singleElement().matches(field -> field.path().equals("parent"));
    }
  }

  @Test
  @Covers("SYS-3")
  void a_request_id_with_another_body_is_refused() {
    SubmitWorkflowRequest first =
        SubmitWorkflowRequest.newBuilder()
            .setParent(Node.PROJECT)
            .setWorkflow(workflow("submitted-twice", idle("a")))
            .setRequestId(RequestIds.next())
            .build();
    assertThat(node.workflows().submitWorkflow(first).getWorkflow().getVersion()).isEqualTo(1);
    long rows = node.journalRows();
    assertThat(node.workflows().submitWorkflow(first).getWorkflow().getVersion()).isEqualTo(1);
    assertThat(node.journalRows()).isEqualTo(rows);
    PawlError error =
        node.refusal(
            () ->
                node.workflows()
                    .submitWorkflow(
                        first.toBuilder()
                            .setWorkflow(workflow("submitted-twice", idle("b")))
                            .build()));
    assertThat(error.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
    assertThat(error.reason()).contains("REQUEST_ID_REUSED");
  }

  private static Arguments refused(
      String what, WorkflowSpec.Builder workflow, String field, String says) {
    return arguments(what, workflow.build(), field, says);
  }

  private static Arguments reserved(String field, WorkflowSpec.Builder workflow) {
    String name = field.substring(field.lastIndexOf('.') + 1);
    return arguments(field, workflow.build(), field, "`" + name + "` is not supported yet");
  }

  private static WorkflowSpec.Builder with(TaskSpec.Builder... tasks) {
    return workflow("bad-stub", tasks);
  }

  private static String path(String field) {
    return field.isEmpty() ? "workflow" : "workflow." + field;
  }
}
