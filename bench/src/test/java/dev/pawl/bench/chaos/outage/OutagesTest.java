package dev.pawl.bench.chaos.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Call.Verb;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Manifest;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class OutagesTest {
  private static final long STRIKE = 1_000;

  private final List<Observation> seen = new ArrayList<>();

  OutagesTest() {
    seen.add(new Fault.Began("f", STRIKE, Fault.Kind.KILL, "node1", ""));
    seen.add(new Fault.Ended("f", 9_000, true, ""));
  }

  @Test
  void the_first_command_sent_after_a_fault_and_answered_ends_its_outage() {
    call("before", Verb.PAUSE, 900, 1_100);
    call("read", Verb.GET, 1_100, 1_200);
    call("later", Verb.PAUSE, 1_300, 2_500);
    call("first", Verb.START, 1_400, 2_000);

    Outage outage = outage();

    assertThat(outage.bit()).isTrue();
    assertThat(outage.acknowledged()).hasValue(1_000);
  }

  @Test
  void nobody_was_answered() {
    assertThat(outage().acknowledged()).isEmpty();
  }

  @Test
  void a_run_that_owes_something_at_once_is_late_from_the_fault_on() {
    fact("run|r", 500, "RUNNING", new Change.Continued());
    fact("execution|r/t/0", 4_000, "RUNNING", leased(1));

    assertThat(outage().moved()).containsExactly(3_000L);
  }

  @Test
  void a_run_whose_work_goes_on_is_late_from_the_report_on() {
    fact("run|r", 500, "RUNNING", new Change.Continued());
    fact("execution|r/t/0", 600, "RUNNING", leased(1));
    reported("r/t/0", 1, 5_000);
    reported("r/t/0", 1, 5_500);
    fact("execution|r/t/0", 5_700, "SUCCEEDED", new Change.Ended(1, "SUCCEEDED", "", ""));

    assertThat(outage().moved()).containsExactly(700L);
  }

  @Test
  void a_run_that_waits_for_an_attempt_is_late_from_its_time_on() {
    fact("run|r", 500, "RUNNING", new Change.Continued());
    fact("execution|r/t/0", 700, "RETRY_WAIT", new Change.AttemptFailed(1, "FAILED", "", 3_000));
    fact("execution|r/t/0", 3_100, "RUNNING", leased(2));

    assertThat(outage().moved()).containsExactly(100L);
  }

  @Test
  void who_owes_nothing_is_not_late() {
    fact("run|paused", 500, "PAUSED", new Change.Paused());
    fact("run|paused", 8_000, "RUNNING", new Change.Continued());
    fact("run|ended", 500, "SUCCEEDED", new Change.Continued());
    fact("run|unborn", 2_000, "RUNNING", new Change.Continued());
    fact("run|silent", 500, "RUNNING", new Change.Continued());
    fact("run|lost", 500, "RUNNING", new Change.Continued());
    fact("execution|lost/t/0", 600, "RUNNING", leased(1));
    fact("execution|lost/t/0", 7_000, "RETRY_WAIT", new Change.StopBegan(1, ""));

    assertThat(outage().moved()).isEmpty();
  }

  @Test
  void quantiles_are_durations_that_were_seen() {
    Quantiles quantiles = new Quantiles(List.of(4_000L, 1_000L, 3_000L, 2_000L));

    assertThat(quantiles.millis(50)).hasValue(2.0);
    assertThat(quantiles.millis(99)).hasValue(4.0);
    assertThat(new Quantiles(List.of()).millis(50)).isEmpty();
  }

  private Outage outage() {
    return Outages.of(
            new History(
                new Manifest(
                    Manifest.VERSION,
                    1,
                    "",
                    List.of(),
                    0,
                    0,
                    Set.of(),
                    Manifest.Settings.of(1, 1),
                    Map.of()),
                seen))
        .getFirst();
  }

  private void call(String operation, Verb verb, long invoked, long answered) {
    seen.add(
        new Call.Invoked(
            operation, "client", invoked, verb, "id", "run|r", "", OptionalLong.empty(), 0));
    seen.add(new Call.Answered(operation, answered, "run|r", 1, "RUNNING", ""));
  }

  private void fact(String entity, long at, String after, Change change) {
    seen.add(
        new Fact(
            entity, 1, 1, 1, at, "w", at, "RUNNING", after, new Cause.Timer("BACKOFF"), change));
  }

  private static Change leased(long fence) {
    return new Change.Leased(fence, 0, 1, "EXECUTE", "ada", "i", "", OptionalInt.empty(), "");
  }

  private void reported(String execution, long fence, long at) {
    seen.add(new Work.Reported("ada", "i", at, execution, fence, "SUCCEEDED", "", false, ""));
  }
}
