package dev.pawl.dev.input;

import static dev.pawl.dev.input.Specs.idle;
import static dev.pawl.dev.input.Specs.list;
import static dev.pawl.dev.input.Specs.number;
import static dev.pawl.dev.input.Specs.parameter;
import static dev.pawl.dev.input.Specs.text;
import static dev.pawl.dev.input.Specs.values;
import static dev.pawl.dev.input.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.client.PawlChannels;
import dev.pawl.client.PawlError;
import dev.pawl.client.RequestIds;
import dev.pawl.covers.Covers;
import dev.pawl.dev.input.Terminal.Ran;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.GetExecutionRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.ListWorkflowsRequest;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.ManagedBy;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.ReadLogRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls about runs that ask for what cannot be. */
@Timeout(60)
@ExtendWith(NodeExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunInputIT {
  private static final String ABSENT = "0".repeat(26);
  private static final int MIB = 1024 * 1024;

  private final Node node;
  private final Terminal terminal;

  private Run run = Run.getDefaultInstance();

  RunInputIT(Node node) {
    this.node = node;
    this.terminal = Terminal.at(node);
  }

  @BeforeAll
  void aRunThatHasEnded() {
    node.submit(
        workflow("wants-much", idle("a"), idle("b", "a"))
            .addParameters(parameter("name", ValueType.VALUE_TYPE_STRING))
            .addParameters(parameter("count", ValueType.VALUE_TYPE_INTEGER))
            .addParameters(
                parameter("zones", ValueType.VALUE_TYPE_LIST).toBuilder().setDefault(list()))
            .build());
    run =
        node.ended(
            node.start(
                "wants-much",
                values("name", text("x")).toBuilder().putFields("count", number(1)).build()));
  }

  // Parameters.

  @Test
  void parameters_that_are_missing_of_the_wrong_type_or_not_declared_are_all_listed() {
    PawlError error =
        node.refusal(
            () ->
                node.start(
                    "wants-much",
                    Struct.newBuilder()
                        .putFields("count", text("many"))
                        .putFields("zones", number(3))
                        .putFields("nme", text("x"))
                        .build()));
    assertThat(error.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(error.reason()).contains("INVALID_PARAMETERS");
    assertThat(error.fields())
        .containsExactly(
            new PawlError.FieldViolation("parameters.name", "required (STRING) and not given"),
            new PawlError.FieldViolation("parameters.count", "expected INTEGER, got STRING"),
            new PawlError.FieldViolation("parameters.zones", "expected LIST, got INTEGER"),
            new PawlError.FieldViolation(
                "parameters.nme",
                "not declared by the definition; it declares name, count, zones"));
  }

  @Test
  void the_command_line_shows_each_of_them_and_ends_with_2() {
    long before = node.journalRows();
    Ran ran =
        terminal.run(
            "run", "start", "wants-much", "--param", "count=many", "--param", "nme=x", "--wait");
    assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .contains(
            "[INVALID_PARAMETERS]",
            "parameters.name: required (STRING) and not given",
            "parameters.count: expected INTEGER, got STRING",
            "parameters.nme: not declared");
    assertThat(node.journalRows()).isEqualTo(before);
  }

  @Test
  void values_that_cannot_be_kept_are_refused() {
    Value half = number(1.5);
    Value endless = number(Double.NaN);
    Value deep = text("x");
    for (int i = 0; i < 90; i++) {
      deep = list(deep);
    }
    for (Value value : List.of(half, endless, number(1e300), Value.getDefaultInstance())) {
      PawlError error =
          node.refusal(
              () ->
                  node.start(
                      "wants-much",
                      values("name", text("x")).toBuilder().putFields("count", value).build()));
      assertThat(error.reason()).as("%s", value).contains("INVALID_PARAMETERS");
      assertThat(error.fields())
          .as("%s", value)
          .singleElement()
          .matches(field -> field.path().equals("parameters.count"));
    }
    Value nested = deep;
    PawlError error = node.refusal(() -> node.start("wants-much", values("zones", nested)));
    assertThat(error.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void a_name_of_10_000_characters_or_with_a_control_character_is_quoted_short() {
    for (String name : List.of("x".repeat(10_000), "a\u001b[31mb", "../../etc")) {
      PawlError error = node.refusal(() -> node.start("wants-much", values(name, text("x"))));
      assertThat(error.reason()).contains("INVALID_PARAMETERS");
      assertThat(error.message()).hasSizeLessThan(1_000).doesNotContain("\u001b");
      assertThat(error.fields())
          .allMatch(field -> field.path().length() < 200 && !field.path().contains("\u001b"));
    }
  }

  @Test
  @Covers("SYS-3")
  void a_request_id_with_another_body_is_refused() {
    StartRunRequest first =
        StartRunRequest.newBuilder()
            .setDefinition(Node.PROJECT + "/workflows/wants-much")
            .setParameters(
                values("name", text("x")).toBuilder().putFields("count", number(2)).build())
            .setRequestId(UUID.randomUUID().toString())
            .build();
    Run started = node.ended(node.runs().startRun(first).getRun());
    assertThat(node.runs().startRun(first).getRun().getId()).isEqualTo(started.getId());
    PawlError error =
        node.refusal(
            () -> node.runs().startRun(first.toBuilder().putLabels("other", "body").build()));
    assertThat(error.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
    assertThat(error.reason()).contains("REQUEST_ID_REUSED");
  }

  // Names that nothing has.

  @ParameterizedTest
  @CsvSource({
    "run get RUN, RUN_NOT_FOUND",
    "run watch RUN, RUN_NOT_FOUND",
    "run wait RUN, RUN_NOT_FOUND",
    "run logs RUN, RUN_NOT_FOUND",
    "run stop RUN --yes, RUN_NOT_FOUND",
    "run pause RUN, RUN_NOT_FOUND",
    "run continue RUN, RUN_NOT_FOUND",
    "step list RUN, RUN_NOT_FOUND",
    "step get RUN/a, RUN_NOT_FOUND",
    "step get KNOWN/nobody, STEP_NOT_FOUND",
    "step logs KNOWN/nobody, STEP_NOT_FOUND",
    "workflow get nobody, WORKFLOW_NOT_FOUND",
    "workflow graph nobody, WORKFLOW_NOT_FOUND",
    "task get nobody, TASK_NOT_FOUND",
    "run start nobody, WORKFLOW_NOT_FOUND",
    "run start --task nobody, TASK_NOT_FOUND",
    "run start wants-much --version 7, VERSION_NOT_FOUND",
  })
  void an_unknown_name_ends_with_3_and_its_reason(String command, String reason) {
    long before = node.journalRows();
    Ran ran = terminal.run(command.replace("RUN", ABSENT).replace("KNOWN", run.getId()).split(" "));
    assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(3);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("error: ").contains("[" + reason + "]");
    assertThat(node.journalRows()).isEqualTo(before);
  }

  @Test
  void an_unknown_execution_and_an_unknown_log_are_told_apart() {
    PawlError execution =
        node.refusal(
            () ->
                ExecutionServiceGrpc.newBlockingStub(node.channel())
                    .getExecution(
                        GetExecutionRequest.newBuilder()
                            .setName(run.getName() + "/taskRuns/a/executions/7")
                            .build()));
    assertThat(execution.reason()).contains("EXECUTION_NOT_FOUND");
    PawlError log =
        node.refusal(
            () ->
                LogServiceGrpc.newBlockingStub(node.channel())
                    .readLog(
                        ReadLogRequest.newBuilder()
                            .setExecution(run.getName() + "/taskRuns/a/executions/0")
                            .setFence(99)
                            .build()));
    assertThat(log.reason()).contains("LOG_NOT_FOUND");
  }

  @ParameterizedTest
  @CsvSource({"''", "x", "projects/default", "projects/default/runs/", "projects/a/runs/b/c"})
  void a_name_that_is_none_is_refused_by_its_field(String name) {
    PawlError error =
        node.refusal(() -> node.runs().getRun(GetRunRequest.newBuilder().setName(name).build()));
    assertThat(error.reason()).contains("INVALID_FIELD");
    assertThat(error.fields()).singleElement().matches(field -> field.path().equals("name"));
  }

  @Test
  @Covers({"OCP-36", "SYS-2", "OBS-7"})
  void a_command_that_the_state_refuses_says_the_state_and_ends_with_5() {
    PawlError error =
        node.refusal(
            () ->
                node.runs()
                    .pauseRun(
                        PauseRunRequest.newBuilder()
                            .setName(run.getName())
                            .setRequestId(RequestIds.next())
                            .build()));
    assertThat(error.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(error.reason()).contains("RUN_STATE_CONFLICT");
    assertThat(error.precondition())
        .hasValueSatisfying(found -> assertThat(found.state()).isEqualTo("SUCCEEDED"));
    Ran ran = terminal.run("run", "pause", run.getId());
    assertThat(ran.exitCode()).isEqualTo(5);
    assertThat(ran.err()).contains("[RUN_STATE_CONFLICT]", "state now: SUCCEEDED", "allowed now:");
  }

  // Cursors and page tokens.

  @ParameterizedTest
  @CsvSource({
    "run list --page-token AAAA",
    "workflow list --page-token AAAA",
    "task list --page-token AAAA",
    "events watch --cursor AAAA",
  })
  void an_unknown_token_ends_with_2_and_its_reason(String command) {
    Ran ran = terminal.run(command.split(" "));
    assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
    assertThat(ran.err()).contains("[INVALID_CURSOR]");
  }

  @Test
  void a_page_token_is_good_for_the_request_that_it_came_from_only() {
    Run second =
        node.ended(
            node.start(
                "wants-much",
                values("name", text("y")).toBuilder().putFields("count", number(3)).build()));
    ListRunsRequest list =
        ListRunsRequest.newBuilder()
            .setParent(Node.PROJECT)
            .setPageSize(1)
            .addAtLeast(run.getRevision())
            .addAtLeast(second.getRevision())
            .setFilter("workflow = \"wants-much\"")
            .build();
    String token = node.runs().listRuns(list).getNextPageToken();
    assertThat(token).isNotEmpty();
    ListRunsRequest next = list.toBuilder().setPageToken(token).build();
    assertThat(node.runs().listRuns(next).getRunsCount()).isEqualTo(1);

    mismatch(() -> node.runs().listRuns(next.toBuilder().clearFilter().build()));
    mismatch(() -> node.runs().listRuns(next.toBuilder().setParent("projects/other").build()));
    mismatch(
        () ->
            node.workflows()
                .listWorkflows(
                    ListWorkflowsRequest.newBuilder()
                        .setParent(Node.PROJECT)
                        .setPageToken(token)
                        .build()));
    ListTaskRunsRequest steps =
        ListTaskRunsRequest.newBuilder().setParent(run.getName()).setPageSize(1).build();
    String stepToken = node.runs().listTaskRuns(steps).getNextPageToken();
    mismatch(
        () ->
            node.runs()
                .listTaskRuns(
                    steps.toBuilder()
                        .setPageToken(stepToken)
                        .addStates(TaskRunState.TASK_RUN_STATE_FAILED)
                        .build()));
    // One bit of damage.
    char last = token.charAt(token.length() - 2);
    String damaged =
        token.substring(0, token.length() - 2)
            + (last == 'A' ? 'B' : 'A')
            + token.substring(token.length() - 1);
    assertThat(
            node.refusal(() -> node.runs().listRuns(next.toBuilder().setPageToken(damaged).build()))
                .reason())
        .contains("INVALID_CURSOR");
  }

  @Test
  void a_cursor_is_good_for_its_filter_only() {
    WatchRequest all =
        WatchRequest.newBuilder()
            .setParent(Node.PROJECT)
            .setBeginning(Beginning.getDefaultInstance())
            .build();
    String cursor = firstEvent(all).getCursor();
    WatchFilter executions =
        WatchFilter.newBuilder().addKinds(EntityKind.ENTITY_KIND_EXECUTION).build();
    mismatch(() -> firstEvent(all.toBuilder().setCursor(cursor).setFilter(executions).build()));
    mismatch(() -> firstEvent(all.toBuilder().setCursor(cursor).setParent("projects/x").build()));
    assertThat(firstEvent(all.toBuilder().setCursor(cursor).build()).getCursor())
        .isNotEqualTo(cursor);
    PawlError log =
        node.refusal(
            () ->
                LogServiceGrpc.newBlockingStub(node.channel())
                    .tailLogs(
                        TailLogsRequest.newBuilder()
                            .setParent(run.getName())
                            .setCursor(cursor)
                            .build())
                    .next());
    assertThat(log.reason()).contains("INVALID_CURSOR");
  }

  @Test
  void a_filter_that_does_not_parse_says_at_which_column() {
    Ran ran = terminal.run("run", "list", "--filter", "state = RUNNING AND colour = red");
    assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
    assertThat(ran.err()).contains("[INVALID_FILTER]", "column: 21");
    Ran odd = terminal.run("run", "list", "--limit", "0");
    assertThat(odd.exitCode()).isEqualTo(2);
    PawlError page =
        node.refusal(
            () ->
                node.runs()
                    .listRuns(
                        ListRunsRequest.newBuilder()
                            .setParent(Node.PROJECT)
                            .setPageSize(-1)
                            .build()));
    assertThat(page.reason()).contains("INVALID_FIELD");
  }

  // Sizes.

  @Test
  void a_message_above_the_limit_is_refused_with_its_reason() {
    PawlError error =
        node.refusal(() -> node.start("wants-much", values("name", text("x".repeat(5 * MIB)))));
    assertThat(error.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(error.reason()).contains("MESSAGE_TOO_LARGE");
    assertThat(error.message()).contains("4,194,304");
    // Far above it the server does not even wait for the rest.
    PawlError huge =
        node.refusal(() -> node.start("wants-much", values("name", text("x".repeat(20 * MIB)))));
    assertThat(huge.reason()).contains("MESSAGE_TOO_LARGE");
    assertThat(node.runs().getRun(GetRunRequest.newBuilder().setName(run.getName()).build()))
        .isNotNull();
  }

  @Test
  void metadata_above_the_limit_is_refused_and_the_connection_lives_on() {
    ManagedChannel channel = PawlChannels.open(node.address());
    try {
      Metadata headers = new Metadata();
      headers.put(Metadata.Key.of("x-much", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(16_384));
      var stub = RunServiceGrpc.newBlockingStub(channel);
      GetRunRequest request = GetRunRequest.newBuilder().setName(run.getName()).build();
      PawlError error =
          node.refusal(
              () ->
                  stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                      .getRun(request));
      // The transport refuses it: here, once it knows the server's limit, else there.
      assertThat(error.code()).isIn(Status.Code.INTERNAL, Status.Code.UNKNOWN);
      assertThat(stub.getRun(request).getRun().getId()).isEqualTo(run.getId());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  @Covers("OBS-38")
  void a_run_of_another_system_is_read_only_here_and_says_whose_it_is() {
    ManagedBy ocp = ManagedBy.newBuilder().setSystem("OCP").setPrincipal("ocp").build();
    node.submit(workflow("theirs", idle("a")).setManagedBy(ocp).build());
    PawlError refused = node.refusal(() -> node.start("theirs", Struct.getDefaultInstance()));
    assertThat(refused.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refused.reason()).contains("MANAGED_ELSEWHERE");
    assertThat(refused.message()).contains("belongs to OCP");

    // Without tokens everybody is anonymous: here the other system is, too.
    ManagedBy anybody = ocp.toBuilder().setPrincipal("anonymous").build();
    node.submit(workflow("ours", idle("a")).setManagedBy(anybody).build());
    Run owned = node.ended(node.start("ours", Struct.getDefaultInstance()));
    assertThat(owned.getCommandsList())
        .isNotEmpty()
        .allMatch(option -> !option.getAllowed())
        .allMatch(option -> option.getRefusal().equals("it belongs to OCP"));
  }

  @Test
  void a_reason_or_a_request_id_that_nobody_can_keep_is_refused() {
    PauseRunRequest pause = PauseRunRequest.newBuilder().setName(run.getName()).build();
    PawlError reason =
        node.refusal(
            () -> node.runs().pauseRun(pause.toBuilder().setReason("x".repeat(1_025)).build()));
    assertThat(reason.fields()).singleElement().matches(field -> field.path().equals("reason"));
    PawlError id =
        node.refusal(() -> node.runs().pauseRun(pause.toBuilder().setRequestId("a b\n").build()));
    assertThat(id.fields()).singleElement().matches(field -> field.path().equals("requestId"));
  }

  private void mismatch(ThrowingCallable call) {
    PawlError error = node.refusal(call);
    assertThat(error.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(error.reason()).contains("CURSOR_FILTER_MISMATCH");
  }

  private WatchResponse firstEvent(WatchRequest request) {
    var context = Context.current().withCancellation();
    var before = context.attach();
    try {
      Iterator<WatchResponse> events =
          WatchServiceGrpc.newBlockingStub(node.channel()).watch(request);
      WatchResponse response = events.next();
      while (!response.hasEvent()) {
        response = events.next();
      }
      return response;
    } finally {
      context.detach(before);
      context.cancel(null);
    }
  }
}
