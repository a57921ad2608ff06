package dev.pawl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.util.Durations;
import dev.pawl.definition.DefinitionCheck;
import dev.pawl.v1.TaskSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WfWorkflowTest {
  @Test
  void tasks_wait_their_scaled_runtimes_for_their_parents() {
    WfWorkflow workflow =
        WfWorkflow.of(
            new WfInstance(
                "Diamond 1",
                List.of(
                    new WfInstance.Task("Top", 1.5, Set.of()),
                    new WfInstance.Task("left", 2, Set.of("Top")),
                    new WfInstance.Task("right", 10, Set.of("Top")),
                    new WfInstance.Task("bottom", 0, Set.of("left", "right")))),
            0.1);

    assertThat(workflow.spec().getName()).isEqualTo("diamond-1");
    assertThat(workflow.spec().getTasksList())
        .extracting(TaskSpec::getName)
        .containsExactly("top", "left", "right", "bottom");
    assertThat(workflow.spec().getTasks(3).getNeedsList()).containsExactly("left", "right");
    assertThat(workflow.spec().getTasks(0).getExecute().getNoop().getDuration())
        .isEqualTo(Durations.fromMillis(150));
    assertThat(workflow.spec().getTasks(3).getExecute().getNoop().hasDuration()).isFalse();
    assertThat(workflow.parents()).containsEntry("bottom", Set.of("left", "right"));
    assertThat(workflow.criticalPathSeconds()).isEqualTo(1.15);
  }

  @Test
  void names_are_made_ours_and_stay_different() {
    String shared = "X".repeat(70);
    WfWorkflow workflow =
        WfWorkflow.of(
            new WfInstance(
                "...",
                List.of(
                    new WfInstance.Task("A b", 1, Set.of()),
                    new WfInstance.Task("a/b", 1, Set.of("A b")),
                    new WfInstance.Task("a-b", 1, Set.of("a/b")),
                    new WfInstance.Task(shared + 1, 1, Set.of()),
                    new WfInstance.Task(shared + 2, 1, Set.of(shared + 1)))),
            1);

    assertThat(workflow.spec().getTasksList())
        .extracting(TaskSpec::getName)
        .containsExactly("a-b", "a-b-2", "a-b-3", "x".repeat(63), "x".repeat(61) + "-2");
    assertThat(workflow.spec().getTasks(2).getNeedsList()).containsExactly("a-b-2");
    assertThat(DefinitionCheck.check(workflow.spec())).isEmpty();
  }

  @Test
  void every_recorded_instance_is_a_sound_workflow() throws IOException {
    List<Path> files = WfInstanceTest.recorded();
    assumeThat(files).as("recorded instances in ../shared/data/wfinstances").isNotEmpty();
    for (Path file : files) {
      WfInstance instance = WfInstance.read(file);
      WfWorkflow workflow = WfWorkflow.of(instance, 1);

      assertThat(DefinitionCheck.check(workflow.spec())).as(file.toString()).isEmpty();
      assertThat(workflow.spec().getTasksCount()).isEqualTo(instance.tasks().size());
      assertThat(workflow.parents().values().stream().mapToInt(Set::size).sum())
          .isEqualTo(instance.edges());
      assertThat(workflow.criticalPathSeconds()).isPositive();
    }
  }
}
