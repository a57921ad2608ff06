package dev.pawl.bench;

import dev.pawl.architecture.Arrows;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ArchitectureTest {
  @Test
  void a_bench_measures_what_callers_see() {
    Arrows.of("dev.pawl.bench").never("it calls the contract like any caller", "dev.pawl.api..");
  }
}
