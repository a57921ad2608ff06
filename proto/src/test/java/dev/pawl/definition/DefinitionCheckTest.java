package dev.pawl.definition;

import static dev.pawl.definition.Specs.fromParameter;
import static dev.pawl.definition.Specs.mistakes;
import static dev.pawl.definition.Specs.number;
import static dev.pawl.definition.Specs.output;
import static dev.pawl.definition.Specs.parameter;
import static dev.pawl.definition.Specs.seconds;
import static dev.pawl.definition.Specs.task;
import static dev.pawl.definition.Specs.text;
import static dev.pawl.definition.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Value;
import dev.pawl.v1.Action;
import dev.pawl.v1.Broadcast;
import dev.pawl.v1.Command;
import dev.pawl.v1.Definition;
import dev.pawl.v1.Each;
import dev.pawl.v1.ManagedBy;
import dev.pawl.v1.Placement;
import dev.pawl.v1.Profile;
import dev.pawl.v1.ScheduleSpec;
import dev.pawl.v1.Shards;
import dev.pawl.v1.ShellAction;
import dev.pawl.v1.Source;
import dev.pawl.v1.StreamSpec;
import dev.pawl.v1.SuccessCriterion;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionCheckTest {
  private static final WorkflowSpec HELLO = workflow(task("hello")).build();

  @Test
  void a_definition_is_of_one_kind_and_of_the_known_version() {
    assertThat(check(Definition.newBuilder()))
        .containsExactly(
            "apiVersion: is missing: give \"pawl/v1\"",
            "defines nothing: give exactly one of workflow, task");
    assertThat(check(Definition.newBuilder().setApiVersion("pawl/v2").setWorkflow(HELLO)))
        .containsExactly("apiVersion: is \"pawl/v2\"; must be \"pawl/v1\"");
    assertThat(check(Definition.newBuilder().setApiVersion("pawl/v1").setWorkflow(HELLO)))
        .isEmpty();
    assertThat(check(Definition.newBuilder().setApiVersion("pawl/v1").setTask(task("alone"))))
        .isEmpty();
    assertThat(
            check(
                Definition.newBuilder()
                    .setApiVersion("pawl/v1")
                    .setStream(StreamSpec.getDefaultInstance())))
        .containsExactly(unsupported("stream", "stream", "streams"));
  }

  @Test
  void paths_of_a_whole_definition_begin_with_its_kind() {
    Definition.Builder definition = Definition.newBuilder().setApiVersion("pawl/v1");
    assertThat(check(definition.setWorkflow(workflow())))
        .containsExactly("workflow.tasks: is empty: a workflow has at least one task");
    assertThat(check(definition.setTask(task(""))))
        .containsExactly("task.name: is missing: give a name such as \"load-orders\"");
  }

  @Test
  void all_mistakes_come_at_once_in_the_order_of_the_fields() {
    assertThat(
            DefinitionCheck.check(
                workflow(
                        task("Load Orders", "nobody").setGroup("a/b"),
                        task("b").clearExecute().putLabels("a b", "c"))
                    .setName("")
                    .setMaxInFlight(0)
                    .putOutputs("X", Source.getDefaultInstance())
                    .build()))
        .extracting(Violation::path)
        .containsExactly(
            "name",
            "maxInFlight",
            "tasks[0].name",
            "tasks[0].needs[0]",
            "tasks[0].group",
            "tasks[1].execute",
            "tasks[1].labels[\"a b\"]",
            "outputs.X",
            "outputs.X");
  }

  @Test
  void at_most_a_hundred_mistakes_are_listed() {
    WorkflowSpec.Builder many = workflow();
    for (int i = 0; i < 300; i++) {
      many.addTasks(task("UPPER" + i));
    }
    assertThat(DefinitionCheck.check(many.build()))
        .hasSize(100)
        .last()
        .extracting(Violation::path)
        .isEqualTo("tasks[99].name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a b  | it holds \" \"                 | a-b
          Load | it holds \"L\"                 | load
          a/b  | it holds the path separator / | a-b
          a\\b | it holds the path separator \\ | a-b
          .a   | it begins with \".\"           | a
          ü    | it holds \"ü\"                 |
          """)
  void a_malformed_name_is_explained(String name, String fault, @Nullable String suggestion) {
    assertThat(DefinitionCheck.check(workflow(task(name)).build()))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.path()).isEqualTo("tasks[0].name");
              assertThat(violation.message()).contains(fault);
              assertThat(violation.suggestion().orElse(null)).isEqualTo(suggestion);
            });
  }

  @Test
  void control_characters_are_named_and_never_repeated() {
    assertThat(mistakes(workflow(task("a\u0007b")).setDisplayName("one\ntwo")))
        .satisfiesExactly(
            first ->
                assertThat(first).startsWith("displayName: holds the control character U+000A"),
            second ->
                assertThat(second)
                    .contains("\"a\\u0007b\"")
                    .contains("it holds the control character U+0007")
                    .doesNotContain("\u0007"));
  }

  @Test
  void a_name_of_ten_thousand_characters_is_cut_in_the_message() {
    assertThat(mistakes(workflow(task("x".repeat(10_000), "y".repeat(10_000)))))
        .hasSize(2)
        .allSatisfy(
            mistake -> assertThat(mistake).contains("10,000 characters").hasSizeLessThan(300));
    assertThat(mistakes(workflow(task("x".repeat(63))))).isEmpty();
    assertThat(mistakes(workflow(task("x".repeat(64))))).singleElement().asString().contains("64");
  }

  @Test
  void every_reserved_field_is_refused_with_the_feature_that_it_belongs_to() {
    assertThat(
            mistakes(
                workflow(
                        task("a")
                            .setWhen("1 > 0")
                            .putInputs("x", Source.newBuilder().setExpression("1").build())
                            .setSuccess(SuccessCriterion.getDefaultInstance()),
                        task("b").setShards(Shards.getDefaultInstance()),
                        task("c").setBroadcast(Broadcast.getDefaultInstance()))
                    .addSchedules(ScheduleSpec.getDefaultInstance())))
        .containsExactly(
            unsupported("schedules", "schedules", "schedules"),
            unsupported("tasks[0].when", "when", "distributed execution"),
            unsupported("tasks[0].inputs.x.expression", "expression", "distributed execution"),
            unsupported("tasks[0].success", "success", "distributed execution"),
            unsupported("tasks[1].shards", "shards", "distributed execution"),
            unsupported("tasks[2].broadcast", "broadcast", "distributed execution"));
  }

  @Test
  void another_system_is_named_with_the_principal_by_which_it_calls() {
    assertThat(
            mistakes(
                workflow(task("a"))
                    .setManagedBy(ManagedBy.newBuilder().setSystem("OCP").setPrincipal("ocp"))))
        .isEmpty();
    assertThat(mistakes(workflow(task("a")).setManagedBy(ManagedBy.getDefaultInstance())))
        .containsExactly(
            "managedBy.system: is empty: say which system that is",
            "managedBy.principal: is empty: give the principal by which it calls");
  }

  @Test
  void a_task_may_refuse_to_be_repeated_or_passed_and_nothing_else() {
    assertThat(
            mistakes(
                workflow(
                    task("a")
                        .addForbid(Command.COMMAND_RETRY)
                        .addForbid(Command.COMMAND_ROLLBACK))))
        .isEmpty();
    assertThat(mistakes(workflow(task("a").addForbid(Command.COMMAND_STOP))))
        .singleElement()
        .asString()
        .contains("tasks[0].forbid[0]", "must be one of RETRY, PASS, REDO, ROLLBACK");
  }

  @Test
  void a_workflow_may_refuse_what_its_tasks_may() {
    assertThat(mistakes(workflow(task("a")).addForbid(Command.COMMAND_ROLLBACK))).isEmpty();
    assertThat(mistakes(workflow(task("a")).addForbid(Command.COMMAND_PAUSE)))
        .singleElement()
        .asString()
        .startsWith("forbid[0]: must be one of RETRY, PASS, REDO, ROLLBACK");
  }

  @Test
  void a_rollback_is_an_action_like_any() {
    assertThat(mistakes(workflow(task("a").setRollback(Action.getDefaultInstance()))))
        .singleElement()
        .asString()
        .contains("tasks[0].rollback", "has no runner");
  }

  @Test
  void fields_of_a_task_alone_are_refused_in_a_workflow() {
    assertThat(
            mistakes(
                workflow(
                    task("a")
                        .setProfile(Profile.PROFILE_OPS)
                        .setFolder("x")
                        .addParameters(parameter("p", ValueType.VALUE_TYPE_STRING, text("")))
                        .addSchedules(ScheduleSpec.getDefaultInstance())
                        .setTimeout(seconds(1)))))
        .hasSize(5)
        .allSatisfy(mistake -> assertThat(mistake).contains("belongs to a task of its own"))
        .last()
        .asString()
        .contains("execute.timeout");
  }

  @Test
  void a_task_alone_has_no_upstream_and_reads_its_own_parameters() {
    assertThat(
            mistakes(
                task("alone", "other")
                    .putInputs("a", fromParameter("zone"))
                    .putInputs("b", fromParameter("zones"))
                    .putInputs("c", Specs.fromOutput("other.size"))
                    .addParameters(parameter("zones", ValueType.VALUE_TYPE_STRING, text("z1")))
                    .setTimeout(seconds(0))))
        .containsExactly(
            "needs: a task of its own has no upstream; put it in a workflow to use `needs`",
            "inputs.a.parameter: there is no parameter \"zone\" (did you mean \"zones\"?)",
            "inputs.c.output: a task of its own has no upstream; use a value or a parameter",
            "timeout: is 0 s; give 1 ms to 365 days");
  }

  @Test
  void parameters_are_named_once_and_their_defaults_are_of_their_type() {
    assertThat(
            mistakes(
                workflow(task("a"))
                    .addParameters(parameter("s", ValueType.VALUE_TYPE_STRING, number(1)))
                    .addParameters(parameter("t", ValueType.VALUE_TYPE_UNSPECIFIED, text("ok")))
                    .addParameters(parameter("i", ValueType.VALUE_TYPE_INTEGER, number(1.5)))
                    .addParameters(parameter("j", ValueType.VALUE_TYPE_INTEGER, number(1e17)))
                    .addParameters(parameter("k", ValueType.VALUE_TYPE_INTEGER, number(1L << 53)))
                    .addParameters(parameter("n", ValueType.VALUE_TYPE_NUMBER, number(Double.NaN)))
                    .addParameters(parameter("b", ValueType.VALUE_TYPE_BOOLEAN, text("true")))
                    .addParameters(
                        parameter(
                            "o",
                            ValueType.VALUE_TYPE_OBJECT,
                            Value.newBuilder()
                                .setListValue(ListValue.getDefaultInstance())
                                .build()))
                    .addParameters(
                        parameter(
                            "l",
                            ValueType.VALUE_TYPE_LIST,
                            Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build()))
                    .addParameters(parameter("s", ValueType.VALUE_TYPE_STRING, text("x")))))
        .containsExactly(
            "parameters[0].default: must be of type STRING, is the number 1",
            "parameters[2].default: must be of type INTEGER (a whole number of at most 2^53), is"
                + " the number 1.5",
            "parameters[3].default: must be of type INTEGER (a whole number of at most 2^53), is"
                + " the number 1.0E17",
            "parameters[5].default: must be of type NUMBER, is the number NaN",
            "parameters[6].default: must be of type BOOLEAN, is the string \"true\"",
            "parameters[7].default: must be of type OBJECT, is a list",
            "parameters[8].default: must be of type LIST, is null",
            "parameters[9].name: \"s\" is already the name of parameters[0]");
  }

  private static Value nested(int levels) {
    Value value = number(1);
    for (int level = 1; level < levels; level++) {
      value = Value.newBuilder().setListValue(ListValue.newBuilder().addValues(value)).build();
    }
    return value;
  }

  @Test
  void a_value_is_nested_no_deeper_than_what_holds_it_can_be_read() {
    for (int levels : List.of(24, 25)) {
      Source deep = Source.newBuilder().setValue(nested(levels)).build();
      List<String> mistakes =
          mistakes(
              workflow(task("a").putInputs("x", deep).setEach(Each.newBuilder().setOver(deep)))
                  .addParameters(parameter("l", ValueType.VALUE_TYPE_LIST, nested(levels)))
                  .putOutputs("y", deep));
      if (levels == 24) {
        assertThat(mistakes).isEmpty();
      } else {
        assertThat(mistakes)
            .containsExactlyInAnyOrder(
                "parameters[0].default: is nested more than 24 deep",
                "tasks[0].inputs.x.value: is nested more than 24 deep",
                "tasks[0].each.over.value: is nested more than 24 deep",
                "outputs.y.value: is nested more than 24 deep");
      }
    }
  }

  @Test
  void outputs_are_variables_and_named_once() {
    assertThat(
            mistakes(
                workflow(
                    task("a")
                        .addOutputs(output("x"))
                        .addOutputs(output("Row-Count"))
                        .addOutputs(output("x")))))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("tasks[0].outputs[1].name: ")
                    .endsWith("(did you mean \"row_count\"?)"),
            second ->
                assertThat(second)
                    .isEqualTo(
                        "tasks[0].outputs[2].name: \"x\" is already the name of outputs[0]"));
  }

  @Test
  void a_definition_is_at_most_3_mib() {
    ShellAction large = ShellAction.newBuilder().setScript("#".repeat(3 * 1024 * 1024)).build();
    assertThat(mistakes(workflow(task("a").setExecute(Action.newBuilder().setShell(large)))))
        .singleElement()
        .asString()
        .contains("at most 3,145,728 (3 MiB)");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1_001})
  void max_in_flight_is_1_to_1000(int value) {
    assertThat(mistakes(workflow(task("a")).setMaxInFlight(value)))
        .singleElement()
        .asString()
        .startsWith("maxInFlight: ");
    assertThat(mistakes(workflow(task("a")).setMaxInFlight(1_000))).isEmpty();
  }

  @Test
  void what_lists_show_is_short_and_plain() {
    WorkflowSpec.Builder workflow =
        workflow(task("a"))
            .setDisplayName("x".repeat(257))
            .setFolder("databases//core")
            .addOwners(" ")
            .setProfileValue(99)
            .putLabels("ok", "v".repeat(257));
    for (int i = 0; i < 64; i++) {
      workflow.putLabels("l" + i, "");
    }
    assertThat(mistakes(workflow))
        .containsExactly(
            "displayName: has 257 characters; at most 256",
            "profile: is unknown; give one of OPS, OFFLINE, DISTRIBUTED, STREAM",
            "folder: \"databases//core\" is not a folder: give names joined by \"/\", such as"
                + " \"databases/core\"",
            "owners[0]: is empty: give a principal",
            "labels: has 65 labels; at most 64",
            "labels.ok: has 257 characters; at most 256");
  }

  @Test
  void a_placement_names_a_worker() {
    assertThat(
            mistakes(
                workflow(
                    task("a").setPlacement(Placement.newBuilder().setOnlyWorker("Host 1")),
                    task("b").setPlacement(Placement.newBuilder().setPreferWorker("host-1")),
                    task("c").setPlacement(Placement.getDefaultInstance()))))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("tasks[0].placement.onlyWorker: \"Host 1\""),
            second -> assertThat(second).startsWith("tasks[2].placement: is empty"));
  }

  private static String unsupported(String path, String field, String feature) {
    return "%s: `%s` is not supported yet: it belongs to %s (UNSUPPORTED); leave it out"
        .formatted(path, field, feature);
  }

  private static List<String> check(Definition.Builder definition) {
    return DefinitionCheck.check(definition.build()).stream().map(Violation::toString).toList();
  }
}
