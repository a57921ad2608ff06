package dev.pawl.definition;

import static dev.pawl.definition.Specs.fromOutput;
import static dev.pawl.definition.Specs.mistakes;
import static dev.pawl.definition.Specs.output;
import static dev.pawl.definition.Specs.task;
import static dev.pawl.definition.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.pawl.covers.Covers;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphCheckTest {
  @Test
  void a_diamond_has_no_mistakes() {
    assertThat(mistakes(workflow(task("a"), task("b", "a"), task("c", "a"), task("d", "b", "c"))))
        .isEmpty();
  }

  @Test
  @Covers("OCP-53")
  void a_cycle_is_named() {
    assertThat(mistakes(workflow(task("a", "b"), task("b", "c"), task("c", "a"))))
        .containsExactly(
            "tasks[0].needs[0]: the tasks need each other in a cycle: a -> b -> c -> a; take out"
                + " one of these needs");
  }

  @Test
  @Covers("OCP-53")
  void of_several_ways_around_the_shortest_is_named() {
    assertThat(
            mistakes(
                workflow(
                    task("start"),
                    task("a", "start", "b"),
                    task("b", "c"),
                    task("c", "d", "b"),
                    task("d", "a"))))
        .singleElement()
        .asString()
        .startsWith("tasks[2].needs[0]: ")
        .contains("b -> c -> b");
  }

  @Test
  @Covers("OCP-53")
  void each_knot_of_cycles_is_one_mistake() {
    assertThat(
            mistakes(
                workflow(
                    task("a", "b"),
                    task("b", "a"),
                    task("c", "b", "d"),
                    task("d", "c"),
                    task("e"))))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("tasks[0].needs[0]").contains("a -> b -> a"),
            second -> assertThat(second).startsWith("tasks[2].needs[1]").contains("c -> d -> c"));
  }

  @Test
  @Covers("OCP-53")
  void a_task_that_needs_itself_is_a_mistake_of_its_own() {
    assertThat(mistakes(workflow(task("a", "a"))))
        .containsExactly("tasks[0].needs[0]: a task cannot need itself");
  }

  @Test
  void an_unknown_upstream_is_named_with_what_was_meant() {
    assertThat(
            mistakes(
                workflow(
                    task("precheck"), task("swap", "prechekc"), task("audit", "nothing-like-it"))))
        .containsExactly(
            "tasks[1].needs[0]: no task is named \"prechekc\" (did you mean \"precheck\"?)",
            "tasks[2].needs[0]: no task is named \"nothing-like-it\"");
  }

  @Test
  void a_need_that_is_empty_or_named_twice_is_a_mistake() {
    assertThat(mistakes(workflow(task("a"), task("b", "a", "", "a"))))
        .containsExactly(
            "tasks[1].needs[1]: is empty: give the name of a task",
            "tasks[1].needs[2]: \"a\" is named twice");
  }

  @Test
  void the_second_of_two_equal_names_refers_to_the_first() {
    assertThat(mistakes(workflow(task("a"), task("b"), task("a"))))
        .containsExactly(
            "tasks[2].name: \"a\" is already the name of tasks[0]; names are unique in a workflow");
  }

  @Test
  void a_workflow_has_a_task() {
    assertThat(mistakes(workflow()))
        .containsExactly("tasks: is empty: a workflow has at least one task");
  }

  @Test
  void ten_thousand_tasks_are_allowed_and_one_more_is_not() {
    assertThat(mistakes(chain(10_000))).isEmpty();
    assertThat(mistakes(chain(10_001)))
        .containsExactly("tasks: has 10,001 tasks; at most 10,000: split the workflow");
  }

  @Test
  void an_output_may_be_read_from_far_upstream_and_nowhere_else() {
    assertThat(
            mistakes(
                workflow(
                    task("a.x").addOutputs(output("size")),
                    task("b", "a.x"),
                    task("c", "b").putInputs("size", fromOutput("a.x.size")),
                    task("d").addOutputs(output("size")),
                    task("e", "c")
                        .putInputs("one", fromOutput("d.size"))
                        .putInputs("two", fromOutput("a.x.sise"))
                        .putInputs("three", fromOutput("aa.x.size"))
                        .putInputs("four", fromOutput("size"))
                        .putInputs("five", fromOutput("e.size"))
                        .putInputs("six", fromOutput("b.size")))))
        .containsExactly(
            "tasks[4].inputs.one.output: \"d\" is not upstream of this task; add it to `needs`",
            "tasks[4].inputs.two.output: \"a.x\" declares no output \"sise\" (did you mean"
                + " \"a.x.size\"?)",
            "tasks[4].inputs.three.output: no task is named \"aa.x\" (did you mean \"a.x.size\"?)",
            "tasks[4].inputs.four.output: must be task.output, such as \"precheck.free_gb\"; is"
                + " \"size\"",
            "tasks[4].inputs.five.output: a task cannot read its own output",
            "tasks[4].inputs.five.output: \"e\" declares no outputs; declare \"size\" there",
            "tasks[4].inputs.six.output: \"b\" declares no outputs; declare \"size\" there");
  }

  @Test
  void who_is_upstream_is_known_for_more_tasks_than_one_walk_asks_for() {
    WorkflowSpec.Builder fan = workflow();
    TaskSpec.Builder join = task("join", "middle");
    TaskSpec.Builder middle = task("middle");
    for (int i = 0; i < 200; i++) {
      fan.addTasks(task("t" + i).addOutputs(output("size")));
      join.putInputs("i" + i, fromOutput("t" + i + ".size"));
      if (i != 77 && i != 150) {
        middle.addNeeds("t" + i);
      }
    }
    assertThat(mistakes(fan.addTasks(middle).addTasks(join)))
        .containsExactly(
            "tasks[201].inputs.i77.output: \"t77\" is not upstream of this task; add it to `needs`",
            "tasks[201].inputs.i150.output: \"t150\" is not upstream of this task; add it to"
                + " `needs`");
  }

  @Test
  void outputs_of_the_workflow_come_from_any_task() {
    assertThat(
            mistakes(
                workflow(task("a").addOutputs(output("size")), task("b"))
                    .putOutputs("size", fromOutput("a.size"))
                    .putOutputs("rows", fromOutput("b.rows"))))
        .containsExactly("outputs.rows.output: \"b\" declares no outputs; declare \"rows\" there");
  }

  @Test
  void the_largest_graphs_are_checked_fast() {
    WorkflowSpec.Builder chain = chain(10_000);
    for (int i = 0; i < 10_000; i++) {
      TaskSpec.Builder task = chain.getTasksBuilder(i).addOutputs(output("o"));
      if (i >= 200) {
        task.putInputs("far", fromOutput("t" + (i - 200) + ".o"));
      }
    }
    WorkflowSpec ring = chain(10_000).setTasks(0, task("t0", "t9999")).build();
    WorkflowSpec.Builder misspelt = workflow();
    for (int i = 0; i < 10_000; i++) {
      misspelt.addTasks(task("a-long-name-of-a-task-" + i, "a-long-nome-of-a-tusk-" + i));
    }
    List<WorkflowSpec> large = List.of(chain.build(), ring, misspelt.build());

    // Each takes about 0.1 s; a quadratic walk would take minutes.
    List<Integer> found =
        assertTimeoutPreemptively(
            Duration.ofSeconds(10),
            () -> large.stream().map(spec -> DefinitionCheck.check(spec).size()).toList());

    assertThat(found).containsExactly(0, 1, DefinitionCheck.LIMIT);
  }

  @Test
  void a_long_cycle_is_cut_short_in_the_message() {
    assertThat(mistakes(chain(500).setTasks(0, task("t0", "t499"))))
        .singleElement()
        .asString()
        .contains("t0 -> t499 -> t498")
        .contains(" -> (488 more) -> t0")
        .hasSizeLessThan(250);
  }

  private static WorkflowSpec.Builder chain(int length) {
    WorkflowSpec.Builder chain = workflow();
    for (int i = 0; i < length; i++) {
      chain.addTasks(i == 0 ? task("t0") : task("t" + i, "t" + (i - 1)));
    }
    return chain;
  }
}
