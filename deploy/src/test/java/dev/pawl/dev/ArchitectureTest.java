package dev.pawl.dev;

import dev.pawl.architecture.Arrows;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ArchitectureTest {
  private static final Arrows DEV = Arrows.of("dev.pawl.dev");

  @Test
  void the_distribution_sees_both_sides_and_no_bench() {
    DEV.never("nothing depends on the bench", "dev.pawl.bench..");
  }

  @Test
  void no_entity_is_reached_past_the_api() {
    DEV.never(
        "it puts a node together and decides nothing",
        "dev.pawl.engine.run..",
        "dev.pawl.engine.execution..",
        "dev.pawl.engine.workflow..",
        "dev.pawl.engine.task..");
  }
}
