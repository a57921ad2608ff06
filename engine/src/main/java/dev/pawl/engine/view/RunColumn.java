package dev.pawl.engine.view;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The columns of exported runs; a name once given stays. */
public enum RunColumn {
  ID(row -> row.id().value()),
  STATE(row -> row.status().name()),
  REASON(RunRow::reason),
  DEFINITION(row -> row.definition().resourceName()),
  DEFINITION_VERSION(row -> Long.toString(row.definitionVersion())),
  PROFILE(row -> row.profile().name()),
  INITIATOR(RunRow::initiator),
  LABELS(row -> Json.write(new TreeMap<>(row.labels()))),
  CREATE_TIME(row -> row.createdAt().toString()),
  END_TIME(row -> row.endedAt().map(Instant::toString).orElse("")),
  /** From the creation to the end; empty as long as the run has not ended. */
  ELAPSED_SECONDS(
      row ->
          row.endedAt()
              .map(ended -> Long.toString(Duration.between(row.createdAt(), ended).toSeconds()))
              .orElse("")),
  STEPS_TOTAL(row -> Integer.toString(row.steps().total())),
  STEPS_SUCCEEDED(row -> Integer.toString(row.steps().succeeded())),
  STEPS_FAILED(row -> Integer.toString(row.steps().failed())),
  STEPS_TERMINATED(row -> Integer.toString(row.steps().terminated())),
  STEPS_SKIPPED(row -> Integer.toString(row.steps().skipped())),
  STEPS_ROLLED_BACK(row -> Integer.toString(row.steps().rolledBack())),
  STEPS_ROLLBACK_FAILED(row -> Integer.toString(row.steps().rollbackFailed()));

  @SuppressWarnings("ImmutableEnumChecker")
  private final Function<RunRow, String> cell;

  RunColumn(Function<RunRow, String> cell) {
    this.cell = cell;
  }

  /** As files and requests name it. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a row shows in this column. */
  public String of(RunRow row) {
    return cell.apply(row);
  }

  /** The column of this title. */
  public static Optional<RunColumn> named(String title) {
    return Arrays.stream(values()).filter(column -> column.title().equals(title)).findFirst();
  }
}
