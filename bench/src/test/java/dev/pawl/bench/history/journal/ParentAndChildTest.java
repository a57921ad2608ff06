package dev.pawl.bench.history.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ParentAndChildTest {
  private static final Cause COMMAND = new Cause.Command("q", "", "someone");
  private static final Cause PARENT = new Cause.Parent("r");

  /** A run of two tasks, of which none ever began. */
  private static final class Run {
    private final List<Observation> seen = new ArrayList<>();
    private String state = "";

    Run() {
      seen.add(
          new Definition(
              "h", "workflow|p/w", "OPS", OptionalLong.empty(), 2, List.of(task(0), task(1))));
      then(
          "RUNNING",
          COMMAND,
          new Change.RunCreated("workflow|p/w", 1, "h", 2, "r", "", OptionalLong.empty()));
    }

    Run then(String after, Cause cause, Change change) {
      int number = seen.size();
      seen.add(
          new Fact("run|r", number, 1, number, number, "w", number, state, after, cause, change));
      state = after;
      return this;
    }

    Run ends(Cause cause, int index, String outcome, String reason) {
      return then(
          state,
          cause,
          new Change.StepsEnded(
              List.of(
                  new Change.StepEnd(
                      "t" + index,
                      index,
                      outcome,
                      reason,
                      0,
                      0,
                      "",
                      OptionalLong.empty(),
                      1,
                      "none"))));
    }

    /** It was stopped before anything began, and is tried again. */
    Run stoppedAndRetried() {
      then("TERMINATING", COMMAND, new Change.RunStopBegan("STOPPED"));
      ends(PARENT, 0, "TERMINATED", "STOPPED");
      then(
          "TERMINATED",
          PARENT,
          new Change.RunEnded("TERMINATED", "STOPPED", OptionalInt.empty(), "none"));
      return then("RUNNING", COMMAND, new Change.WentOn("RETRIED", List.of(0)));
    }

    long violated() {
      Findings findings = new Findings("B-8");
      new ParentAndChild()
          .judge(new Evidence(new History(World.history(1, 1).manifest(), seen)), findings);
      return findings.countViolated();
    }

    private static Definition.Task task(int index) {
      return new Definition.Task(
          index,
          "t" + index,
          List.of(),
          "default",
          OptionalLong.empty(),
          0,
          new Definition.Retry(1, 0, 1, 1, 1),
          Definition.EffectKind.NONE);
    }
  }

  @Test
  void a_step_that_never_began_may_be_passed_also_when_its_run_had_been_stopped() {
    assertThat(new Run().ends(COMMAND, 1, "SUCCEEDED", "").violated()).isZero();
    assertThat(new Run().stoppedAndRetried().ends(COMMAND, 1, "SUCCEEDED", "").violated()).isZero();
  }

  @Test
  void nobody_but_a_command_has_a_step_succeed_that_never_began() {
    assertThat(new Run().ends(PARENT, 1, "SUCCEEDED", "").violated()).isEqualTo(1);
    assertThat(new Run().stoppedAndRetried().ends(PARENT, 1, "SUCCEEDED", "").violated())
        .isEqualTo(1);
  }
}
