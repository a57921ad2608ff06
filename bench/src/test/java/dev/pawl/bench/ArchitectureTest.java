package dev.pawl.bench;

import dev.pawl.architecture.Arrows;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ArchitectureTest {
  @Test
  void a_bench_measures_what_callers_see() {
    Arrows.of("dev.pawl.bench").never("it calls the contract like any caller", "dev.pawl.api..");
  }

  @Test
  void a_history_is_judged_by_rules_of_its_own_and_asks_no_system() {
    Arrows judge = Arrows.of("dev.pawl.bench.history");
    for (String room :
        List.of(
            "",
            ".evidence",
            ".reference",
            ".invariant",
            ".ack",
            ".journal",
            ".life",
            ".control",
            ".watch",
            ".log",
            ".effect",
            ".bounds",
            ".vacuity",
            ".judge")) {
      judge.neverIn(
          "dev.pawl.bench.history" + room,
          "a judge that calls the engine's rules repeats its mistakes, and old histories stay",
          "dev.pawl.engine..",
          "dev.pawl.v1..",
          "dev.pawl.client..",
          "dev.pawl.worker..",
          "io.grpc..",
          "java.sql..",
          "java.net..");
    }
    judge.never(
        "observations are read from what is stored and shown",
        "dev.pawl.engine.run..",
        "dev.pawl.engine.execution..");
  }
}
