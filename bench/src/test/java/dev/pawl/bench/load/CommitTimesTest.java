package dev.pawl.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.bench.load.CommitTimes.FactKey;
import org.junit.jupiter.api.Test;

class CommitTimesTest {
  @Test
  void an_event_of_a_run_is_the_fact_of_its_entity() {
    assertThat(FactKey.of("projects/default/runs/r1", 3)).isEqualTo(new FactKey("run|r1", 3));
  }

  @Test
  void an_event_of_an_execution_is_the_fact_of_its_entity() {
    assertThat(FactKey.of("projects/default/runs/r1/taskRuns/load/executions/0", 2))
        .isEqualTo(new FactKey("execution|r1/load/0", 2));
  }

  @Test
  void anything_else_is_refused() {
    assertThatThrownBy(() -> FactKey.of("projects/default", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
