package dev.pawl.bench.chaos.fact;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.pawl.bench.chaos.program.Program;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Definition.EffectKind;
import dev.pawl.bench.history.Definition.Retry;
import dev.pawl.v1.Action;
import dev.pawl.v1.ExponentialBackoff;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.Profile;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class GraphsTest {
  private static final Action NOOP =
      Action.newBuilder().setNoop(NoopAction.getDefaultInstance()).build();

  @Test
  void what_is_left_out_has_the_contracts_defaults() {
    Definition graph =
        Graphs.definition(
            "hash",
            new Program.Graph(
                WorkflowSpec.newBuilder()
                    .setName("w")
                    .addTasks(TaskSpec.newBuilder().setName("a").setExecute(NOOP))
                    .addTasks(TaskSpec.newBuilder().setName("b").addNeeds("a").setExecute(NOOP))
                    .build()));

    assertThat(graph)
        .isEqualTo(
            new Definition(
                "hash",
                "workflow|default/w",
                "OFFLINE",
                OptionalLong.empty(),
                1_000,
                List.of(task(0, "a", List.of()), task(1, "b", List.of(0)))));
  }

  private static Definition.Task task(int index, String name, List<Integer> needs) {
    return new Definition.Task(
        index,
        name,
        needs,
        "default",
        OptionalLong.empty(),
        10_000_000,
        new Retry(1, 3, 1_000_000, 1, 1_000_000),
        EffectKind.NONE);
  }

  @Test
  void in_ops_an_attempt_has_an_hour_and_a_lost_worker_counts() {
    Definition graph =
        Graphs.definition(
            "hash",
            new Program.Single(
                TaskSpec.newBuilder()
                    .setName("t")
                    .setProfile(Profile.PROFILE_OPS)
                    .setTimeout(Durations.fromMillis(1_500))
                    .setRetry(
                        dev.pawl.v1.Retry.newBuilder()
                            .setMaxAttempts(4)
                            .setExponential(
                                ExponentialBackoff.newBuilder()
                                    .setInitial(Durations.fromMillis(200))))
                    .setExecute(NOOP)
                    .build()));

    assertThat(graph.entity()).isEqualTo("task|default/t");
    assertThat(graph.timeout()).hasValue(1_500_000);
    assertThat(graph.tasks().getFirst().timeout()).hasValue(3_600_000_000L);
    assertThat(graph.tasks().getFirst().retry())
        .isEqualTo(new Retry(4, 0, 200_000, 2, 600_000_000));
  }
}
