package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.failed;
import static dev.pawl.engine.run.RunFixture.ok;
import static dev.pawl.engine.run.RunFixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.definition.Plan;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrontierTest {

  @Test
  void a_join_is_ready_once_all_that_it_needs_succeeded() {
    Plan plan = plan("a", "b", "join<a,b");
    Steps open = Steps.open(3);
    Frontier frontier = Frontier.of(plan, open);
    assertThat(frontier.open(open)).containsExactly(0, 1);
    assertThat(frontier.advance(open, List.of(ok(0)))).isEmpty();
    assertThat(frontier.advance(open, List.of(ok(1)))).containsExactly(2);
  }

  @Test
  void a_failure_makes_nothing_ready() {
    Frontier frontier = Frontier.of(plan("a", "b<a"), Steps.open(2));
    assertThat(frontier.advance(Steps.open(2), List.of(failed(0)))).isEmpty();
  }

  @Test
  void a_rebuilt_frontier_equals_one_that_was_advanced() {
    Plan plan = plan("a", "b<a", "c<a", "d<b,c");
    Steps steps = Steps.open(4).with(List.of(ok(0), ok(2)));
    assertThat(Frontier.of(plan, steps).open(steps)).containsExactly(1);
  }

  @Test
  void tasks_that_become_ready_together_are_released_by_index() {
    Plan plan = plan("z", "c<z", "b<z", "a<z");
    Frontier frontier = Frontier.of(plan, Steps.open(4));
    assertThat(frontier.advance(Steps.open(4), List.of(ok(0)))).containsExactly(1, 2, 3);
  }
}
