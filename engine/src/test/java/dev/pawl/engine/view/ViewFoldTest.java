package dev.pawl.engine.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.covers.Covers;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.SampleEntries;
import dev.pawl.engine.journal.SampleFacts;
import dev.pawl.engine.run.Again;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.run.StepEnd;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ViewFoldTest {
  private static final Instant AT = SampleFacts.NOW;

  @Test
  void a_run_begins_with_all_its_steps_waiting() {
    RunRow row = fold(created());

    assertThat(row.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(row.steps()).isEqualTo(StepCounts.none(3));
    assertThat(row.labels()).containsEntry("team", "data");
    assertThat(row.profile()).isEqualTo(Profile.OFFLINE);
    assertThat(row.createdAt()).isEqualTo(SampleFacts.header().createdAt());
    assertThat(row.sequence()).isEqualTo(1);
  }

  @Test
  @Covers("TSF-58")
  void ends_of_steps_add_up_and_the_end_of_the_run_says_why() {
    RunRow row =
        fold(
            created(),
            SampleEntries.run(
                2,
                new RunEvent.StepsEnded(
                    List.of(end(0, StepEnd.Outcome.SUCCEEDED), end(1, StepEnd.Outcome.FAILED))),
                "RUNNING",
                AT),
            SampleEntries.run(
                3,
                new RunEvent.StepsEnded(List.of(end(2, StepEnd.Outcome.TERMINATED))),
                "RUNNING",
                AT),
            SampleEntries.run(
                4,
                new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(1), Map.of()),
                "FAILED",
                AT.plusSeconds(9)));

    assertThat(row.steps()).isEqualTo(new StepCounts(3, 0, 0, 1, 1, 1, 0, 0, 0));
    assertThat(row.status()).isEqualTo(RunStatus.FAILED);
    assertThat(row.reason()).isEqualTo("TASK_FAILED");
    assertThat(row.endedAt()).hasValue(AT.plusSeconds(9));
    assertThat(row.sequence()).isEqualTo(4);
  }

  @Test
  void a_fact_that_is_shown_already_changes_nothing() {
    var ended =
        SampleEntries.run(
            2, new RunEvent.StepsEnded(List.of(end(0, StepEnd.Outcome.SUCCEEDED))), "RUNNING", AT);
    RunRow row = fold(created(), ended);

    assertThat(ViewFold.fold(Optional.of(row), ended, Profile.OPS)).isEqualTo(row);
    assertThat(ViewFold.fold(Optional.of(row), created(), Profile.OPS)).isEqualTo(row);
  }

  @Test
  @Covers("OCP-33")
  void the_start_of_a_run_survives_its_retries() {
    var again = new Again(0, StepEnd.Outcome.FAILED);
    RunRow row =
        fold(
            created(),
            SampleEntries.run(
                2,
                new RunEvent.StepsEnded(
                    List.of(ended(0, AT.plusSeconds(5)), ended(1, AT.plusSeconds(2)))),
                "RUNNING",
                AT.plusSeconds(9)),
            SampleEntries.run(
                3,
                new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(0), Map.of()),
                "FAILED",
                AT.plusSeconds(9)),
            SampleEntries.run(
                4, new RunEvent.Retried(List.of(again)), "RUNNING", AT.plusSeconds(60)),
            SampleEntries.run(
                5,
                new RunEvent.StepsEnded(List.of(ended(0, AT.plusSeconds(61)))),
                "RUNNING",
                AT.plusSeconds(62)));

    assertThat(row.startedAt()).hasValue(AT.plusSeconds(2));
    assertThat(row.endedAt()).isEmpty();
    assertThat(ViewFold.leased(row, AT.plusSeconds(70)).startedAt()).hasValue(AT.plusSeconds(2));
    assertThat(ViewFold.leased(row, AT.plusSeconds(1)).startedAt()).hasValue(AT.plusSeconds(1));
  }

  private static StepEnd ended(int index, Instant startedAt) {
    return new StepEnd(
        index,
        StepEnd.Outcome.FAILED,
        "EXIT_CODE",
        "",
        "",
        1,
        1,
        "w",
        Optional.of(startedAt),
        startedAt.plusSeconds(1),
        Map.of(),
        false);
  }

  private static FeedEntry.OfRun created() {
    return SampleEntries.run(1, new RunEvent.Created(SampleFacts.header()), "RUNNING", AT);
  }

  private static StepEnd end(int index, StepEnd.Outcome outcome) {
    return new StepEnd(index, outcome, "", "", "", 1, 1, "w", Optional.of(AT), AT, Map.of(), false);
  }

  private static RunRow fold(FeedEntry.OfRun... entries) {
    Optional<RunRow> row = Optional.empty();
    for (FeedEntry.OfRun entry : entries) {
      row = Optional.of(ViewFold.fold(row, entry, Profile.OFFLINE));
    }
    return row.orElseThrow();
  }
}
