package dev.pawl.api.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Value;
import dev.pawl.api.call.Commands;
import dev.pawl.api.fake.Samples;
import dev.pawl.covers.Covers;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.v1.Definition;
import dev.pawl.v1.ExponentialBackoff;
import dev.pawl.v1.Output;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Retry;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContractPlanReaderTest {
  private static final Duration FIVE = Duration.newBuilder().setSeconds(5).build();

  private static Plan read(WorkflowSpec workflow) {
    return read(Submissions.checked(workflow));
  }

  private static Plan read(Definition definition) {
    return new ContractPlanReader().read(ByteString.copyFrom(Commands.deterministic(definition)));
  }

  @Test
  void the_defaults_of_a_workflow_are_written_in() {
    WorkflowSpec stored = Submissions.checked(Samples.daily()).getWorkflow();
    assertThat(stored.getProfile()).isEqualTo(dev.pawl.v1.Profile.PROFILE_OFFLINE);
    assertThat(stored.getMaxInFlight()).isEqualTo(1_000);
    assertThat(stored.getParameters(0).getType())
        .isEqualTo(dev.pawl.v1.ValueType.VALUE_TYPE_STRING);
    TaskSpec load = stored.getTasks(0);
    assertThat(load.getGroup()).isEqualTo("default");
    assertThat(load.getExecute().getGrace().getSeconds()).isEqualTo(10);
    assertThat(load.getExecute().hasTimeout()).isFalse();
    assertThat(load.getRetry().getMaxAttempts()).isEqualTo(1);
    assertThat(load.getRetry().getFixed().getInterval().getSeconds()).isEqualTo(1);
    assertThat(load.getOutputs(0).getType()).isEqualTo(dev.pawl.v1.ValueType.VALUE_TYPE_STRING);
  }

  @Test
  @Covers("OBS-24")
  void an_attempt_of_profile_ops_ends_after_an_hour() {
    Plan plan =
        read(Samples.daily().toBuilder().setProfile(dev.pawl.v1.Profile.PROFILE_OPS).build());
    assertThat(plan.profile()).isEqualTo(Profile.OPS);
    assertThat(plan.tasks())
        .extracting(TaskPlan::timeout)
        .allSatisfy(timeout -> assertThat(timeout).contains(java.time.Duration.ofHours(1)));
  }

  @Test
  @Covers("OBS-24")
  void what_is_said_is_not_overwritten() {
    WorkflowSpec.Builder said = Samples.daily().toBuilder().setMaxInFlight(3);
    said.getTasksBuilder(0)
        .setGroup("hosts")
        .setRetry(
            Retry.newBuilder()
                .setMaxAttempts(4)
                .setExponential(ExponentialBackoff.newBuilder().setInitial(FIVE)))
        .getExecuteBuilder()
        .setGrace(FIVE)
        .setTimeout(FIVE);
    Plan plan = read(said.build());
    TaskPlan load = plan.task(0);
    assertThat(plan.maxInFlight()).isEqualTo(3);
    assertThat(load.group()).isEqualTo("hosts");
    assertThat(load.grace()).isEqualTo(java.time.Duration.ofSeconds(5));
    assertThat(load.timeout()).contains(java.time.Duration.ofSeconds(5));
    assertThat(load.retry())
        .isEqualTo(
            new RetryPlan(
                4,
                new RetryPlan.Backoff.Exponential(
                    java.time.Duration.ofSeconds(5), 2, java.time.Duration.ofSeconds(600)),
                Profile.OFFLINE.forgivenLosses()));
    assertThat(load.placement()).isEqualTo(new Placement.Any());
  }

  @Test
  void needs_and_outputs_become_indexes_even_when_names_hold_dots() {
    WorkflowSpec.Builder dotted = Samples.daily().toBuilder();
    dotted.getTasksBuilder(0).setName("load.v2");
    dotted
        .getTasksBuilder(1)
        .setNeeds(0, "load.v2")
        .putInputs("rows", dev.pawl.v1.Source.newBuilder().setOutput("load.v2.rows").build());
    Plan plan = read(dotted.build());
    assertThat(plan.task(1).needs()).containsExactly(0);
    assertThat(plan.task(1).inputs()).isEqualTo(Map.of("rows", new Source.FromOutput(0, "rows")));
    assertThat(plan.downstream(0)).containsExactly(1);
  }

  @Test
  void a_task_that_stands_alone_is_handed_its_parameters_and_gives_its_outputs() {
    TaskSpec task =
        TaskSpec.newBuilder()
            .setName("export")
            .addParameters(
                Parameter.newBuilder()
                    .setName("day")
                    .setType(dev.pawl.v1.ValueType.VALUE_TYPE_INTEGER)
                    .setDefault(Value.newBuilder().setNumberValue(1)))
            .addOutputs(Output.newBuilder().setName("path"))
            .setExecute(Samples.noop())
            .build();
    Plan plan = read(Submissions.checked(task));
    assertThat(plan.tasks()).hasSize(1);
    assertThat(plan.task(0).inputs()).isEqualTo(Map.of("day", new Source.FromParameter("day")));
    assertThat(plan.outputs()).isEqualTo(Map.of("path", new Source.FromOutput(0, "path")));
    assertThat(plan.parameters())
        .singleElement()
        .satisfies(
            day -> {
              assertThat(day.type()).isEqualTo(ValueType.INTEGER);
              assertThat(day.defaultValue()).isPresent();
            });
  }

  @Test
  void equal_definitions_have_equal_bytes_whatever_the_order_of_their_maps() {
    WorkflowSpec.Builder one = Samples.daily().toBuilder();
    WorkflowSpec.Builder other = Samples.daily().toBuilder().clearLabels();
    List<String> keys = List.of("a", "b", "c", "d", "e", "f", "g", "h");
    keys.forEach(key -> one.putLabels(key, "1"));
    keys.reversed().forEach(key -> other.putLabels(key, "1"));
    other.putLabels("team", "data");
    assertThat(Commands.deterministic(Submissions.checked(one.build())))
        .isEqualTo(Commands.deterministic(Submissions.checked(other.build())));
  }
}
