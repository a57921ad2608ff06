package dev.pawl.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.Gateway;
import dev.pawl.client.PawlError;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunFilter.And;
import dev.pawl.engine.view.RunFilter.Comparison;
import dev.pawl.engine.view.RunFilter.Contains;
import dev.pawl.engine.view.RunFilter.InState;
import dev.pawl.engine.view.RunFilter.Is;
import dev.pawl.engine.view.RunFilter.Not;
import dev.pawl.engine.view.RunFilter.Or;
import dev.pawl.engine.view.RunFilter.Text;
import dev.pawl.engine.view.RunFilter.Time;
import dev.pawl.engine.view.RunFilter.When;
import dev.pawl.engine.view.RunOrder;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunFiltersTest {
  private static final RunFilter FAILED = in(RunStatus.FAILED);

  @Test
  void an_empty_filter_shows_everything() {
    assertThat(RunFilters.parse("  ")).isEqualTo(RunFilter.ALL);
  }

  @Test
  void comparisons_are_joined_by_and() {
    assertThat(
            RunFilters.parse(
                "state = FAILED AND workflow=\"daily load\" and labels.app.kind != \"a\\\"b\""
                    + " AND id=01JD AND task=t AND initiator!=ada"))
        .isEqualTo(
            new And(
                List.of(
                    FAILED,
                    new Is(new Text.Workflow(), "daily load"),
                    new Not(new Is(new Text.Label("app.kind"), "a\"b")),
                    new Is(new Text.Id(), "01jd"),
                    new Is(new Text.Task(), "t"),
                    new Not(new Is(new Text.Initiator(), "ada")))));
  }

  @Test
  void or_not_and_parentheses_say_what_belongs_together() {
    assertThat(RunFilters.parse("(state=failed OR NOT(ended=true)) AND not name:\"Load (2)\""))
        .isEqualTo(
            new And(
                List.of(
                    new Or(List.of(FAILED, new Not(new RunFilter.Ended()))),
                    new Not(new Contains(new Text.Name(), "Load (2)")))));
    assertThat(RunFilters.parse("((state = FAILED))")).isEqualTo(FAILED);
  }

  @Test
  void a_field_is_compared_with_several_values() {
    assertThat(RunFilters.parse("state = (FAILED OR TERMINATED)"))
        .isEqualTo(new Or(List.of(FAILED, in(RunStatus.TERMINATED))));
    assertThat(RunFilters.parse("task != (a or \"b c\")"))
        .isEqualTo(
            new Not(new Or(List.of(new Is(new Text.Task(), "a"), new Is(new Text.Task(), "b c")))));
  }

  @Test
  void objects_are_found_by_kind_name_and_id() {
    assertThat(
            RunFilters.parse(
                "objects.cluster = obdemo AND object.kind = host AND object.name : 10.1"
                    + " AND object.id = 7"))
        .isEqualTo(
            new And(
                List.of(
                    new Is(new Text.ObjectOf("cluster"), "obdemo"),
                    new Is(new Text.ObjectKind(), "host"),
                    new Contains(new Text.ObjectName(), "10.1"),
                    new Is(new Text.ObjectId(), "7"))));
  }

  @Test
  void times_are_compared_with_instants_and_days() {
    assertThat(
            RunFilters.parse(
                "create_time >= 2026-11-20 AND start_time<2026-11-20T02:30:00+08:00"
                    + " AND end_time != \"2026-11-20T00:00:00Z\""))
        .isEqualTo(
            new And(
                List.of(
                    new When(
                        Time.CREATED, Comparison.NOT_BEFORE, Instant.parse("2026-11-20T00:00:00Z")),
                    new When(
                        Time.STARTED, Comparison.BEFORE, Instant.parse("2026-11-19T18:30:00Z")),
                    new Not(
                        new When(
                            Time.ENDED, Comparison.AT, Instant.parse("2026-11-20T00:00:00Z"))))));
  }

  @Test
  void a_state_that_runs_do_not_come_to_is_that_of_none() {
    assertThat(RunFilters.parse("state = WAITING")).isEqualTo(new Or(List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "colour = red | 1 | expected a field",
        "stat = red | 1 | did you mean state?",
        "state FAILED | 7 | expected =, !=, <, <=, >, >= or :, found \"FAILED\"",
        "state = | 8 | expected a value, found nothing",
        "state = FINE | 9 | expected a state of runs (WAITING, RUNNING",
        "state = FAILD | 9 | did you mean FAILED?",
        "state > FAILED | 7 | expected =, != behind state, found >",
        "state = FAILED OR state = RUNNING AND task = t | 35 | AND beside OR",
        "state = FAILED task = t | 16 | expected AND or OR, found \"task\"",
        "workflow = \"daily | 12 | no closing quote",
        "labels. = x | 1 | expected a label's key behind labels.",
        "objects.A = x | 1 | expected a kind of objects",
        "state = FAILED AND | 19 | expected a comparison, found nothing",
        "= FAILED | 1 | expected a comparison, found \"=\"",
        "(state = FAILED | 16 | expected ) for the ( at column 1",
        "state = FAILED) | 15 | expected AND, OR or the end, found \")\"",
        "() | 2 | expected a comparison, found \")\"",
        "NOT | 4 | expected a comparison",
        "task = (a b) | 11 | expected OR or ), found \"b\"",
        "task = (a OR | 13 | expected a value",
        "create_time < (2026-11-20) | 15 | expected one value behind <",
        "create_time : 2026-11-20 | 13 | expected =, !=, <, <=, >, >= behind create_time, found :",
        "create_time > yesterday | 15 | expected a time such as 2026-11-20T02:30:00Z",
        "create_time > 2026-13-20 | 15 | expected a time",
        "ended = maybe | 9 | expected true or false",
        "operation = RETRY | 13 | expected an operation of runs (EXECUTE, ROLLBACK, PASS)",
        "profile = slow | 11 | expected a profile (OPS"
      })
  void a_mistake_is_refused_with_its_column_and_what_was_expected(
      String filter, String column, String expected) {
    PawlError refusal = Gateway.refusal(() -> RunFilters.parse(filter));
    assertThat(refusal.reason()).contains("INVALID_FILTER");
    assertThat(refusal.metadata()).containsEntry("column", column);
    assertThat(refusal.message()).contains("column " + column).contains(expected);
  }

  @Test
  void a_filter_has_limits() {
    assertThat(refusal("id = a" + " ".repeat(4_096)).message()).contains("at most 4,096");
    String many = String.join(" AND ", Collections.nCopies(65, "id = a"));
    assertThat(refusal(many).message()).contains("more than 64 comparisons");
    assertThat(refusal("(".repeat(40) + "id = a" + ")".repeat(40)).message())
        .contains("more than 32 deep");
    assertThat(refusal("NOT ".repeat(1_000) + "id = a").message()).contains("more than 32 deep");
    assertThat(refusal("id = a\u0000").metadata()).containsEntry("column", "7");
  }

  private static PawlError refusal(String filter) {
    return Gateway.refusal(() -> RunFilters.parse(filter));
  }

  @Test
  void an_order_has_fields_and_directions() {
    assertThat(RunFilters.order("")).isEqualTo(RunOrder.NEWEST);
    assertThat(RunFilters.order(" state, end_time DESC ,name asc"))
        .isEqualTo(
            new RunOrder(
                List.of(
                    new RunOrder.Key(RunOrder.Field.STATE, false),
                    new RunOrder.Key(RunOrder.Field.ENDED, true),
                    new RunOrder.Key(RunOrder.Field.NAME, false))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"colour", "state up", "state,", "state desc name", "name, name desc"})
  void a_mistake_in_an_order_is_refused(String order) {
    PawlError refusal = Gateway.refusal(() -> RunFilters.order(order));
    assertThat(refusal.reason()).contains("INVALID_FIELD");
    assertThat(refusal.message()).startsWith("orderBy: ");
  }

  private static RunFilter in(RunStatus state) {
    return new InState(state);
  }
}
