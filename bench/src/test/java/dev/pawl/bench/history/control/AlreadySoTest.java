package dev.pawl.bench.history.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AlreadySoTest {
  private static final Change CREATED =
      new Change.RunCreated("workflow|p/w", 1, "h", 1, "r", "", OptionalLong.empty());

  /** How often a run of these facts was told what was so already. */
  private static long violated(Change... changes) {
    List<Observation> facts = new ArrayList<>();
    for (Change change : changes) {
      int number = facts.size() + 1;
      facts.add(
          new Fact(
              "run|r",
              number,
              1,
              number,
              number,
              "w",
              number,
              number == 1 ? "" : "RUNNING",
              number == 1 ? "RUNNING" : "PAUSING",
              new Cause.Command("r" + number, "", "someone"),
              change));
    }
    Findings findings = new Findings("D-7");
    new AlreadySo()
        .judge(new Evidence(new History(World.history(1, 1).manifest(), facts)), findings);
    return findings.countViolated();
  }

  @Test
  void a_pause_that_is_under_way_can_be_forced_once() {
    Change pause = new Change.PauseBegan(false);
    Change forced = new Change.PauseBegan(true);

    assertThat(violated(CREATED, pause, forced)).isZero();
    assertThat(violated(CREATED, pause, forced, forced)).isEqualTo(1);
    assertThat(violated(CREATED, forced, forced)).isEqualTo(1);
    assertThat(violated(CREATED, pause, pause)).isEqualTo(1);
  }
}
