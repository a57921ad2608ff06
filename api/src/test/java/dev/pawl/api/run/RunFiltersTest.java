package dev.pawl.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.Gateway;
import dev.pawl.client.PawlError;
import dev.pawl.engine.view.RunFilter.Condition;
import dev.pawl.engine.view.RunFilter.Field;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFiltersTest {
  @Test
  void an_empty_filter_shows_everything() {
    assertThat(RunFilters.parse("  ").conditions()).isEmpty();
  }

  @Test
  void comparisons_are_joined_by_and() {
    assertThat(
            RunFilters.parse(
                    "state = FAILED AND workflow=\"daily load\" and labels.app.kind != \"a\\\"b\""
                        + " AND id=01JD AND task=t AND initiator!=ada")
                .conditions())
        .isEqualTo(
            List.of(
                new Condition(new Field.Status(), true, "FAILED"),
                new Condition(new Field.Workflow(), true, "daily load"),
                new Condition(new Field.Label("app.kind"), false, "a\"b"),
                new Condition(new Field.Id(), true, "01jd"),
                new Condition(new Field.Task(), true, "t"),
                new Condition(new Field.Initiator(), false, "ada")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour = red | 1",
        "state FAILED | 7",
        "state = | 8",
        "state = FINE | 9",
        "state = FAILED OR state = RUNNING | 16",
        "workflow = \"daily | 12",
        "labels. = x | 1",
        "state = FAILED AND | 19",
        "= FAILED | 1"
      })
  void a_mistake_is_refused_with_its_column(String filter, String column) {
    PawlError refusal = Gateway.refusal(() -> RunFilters.parse(filter));
    assertThat(refusal.reason()).contains("INVALID_FILTER");
    assertThat(refusal.metadata()).containsEntry("column", column);
    assertThat(refusal.message()).contains("column " + column);
  }
}
