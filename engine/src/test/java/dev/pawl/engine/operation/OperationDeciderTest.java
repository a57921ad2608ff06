package dev.pawl.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.operation.OperationCommand.Advance;
import dev.pawl.engine.operation.OperationCommand.BeginExport;
import dev.pawl.engine.operation.OperationCommand.Cancel;
import dev.pawl.engine.operation.OperationCommand.FailExport;
import dev.pawl.engine.operation.OperationCommand.FinishExport;
import dev.pawl.engine.operation.OperationCommand.Start;
import dev.pawl.engine.operation.OperationEvent.Advanced;
import dev.pawl.engine.operation.OperationEvent.CancelBegan;
import dev.pawl.engine.operation.OperationEvent.Created;
import dev.pawl.engine.operation.OperationEvent.Ended;
import dev.pawl.engine.operation.OperationEvent.ExportBegan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationDeciderTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Cause.Command ASKED = new Cause.Command("r1", "00ff", "ann", "because");
  private static final Cause.Command STOPPED = new Cause.Command("r2", "0a0a", "bob", "");
  private static final Cause.Parent OWN = new Cause.Parent("x");
  private static final OperationWork EXPORT = new OperationWork.Export("", List.of("id"));

  private final List<OperationFact> journal = new ArrayList<>();
  private OperationState state = OperationDecider.absent();

  private static OperationWork command(int count) {
    return new OperationWork.Command(RunVerb.RETRY, "", "00ff", count);
  }

  private static ItemResult result(int index, ItemOutcome outcome) {
    return new ItemResult(index, outcome, "", "", "");
  }

  private static List<ItemResult> results(int from, int to, ItemOutcome outcome) {
    return IntStream.range(from, to).mapToObj(index -> result(index, outcome)).toList();
  }

  private OperationDeciderTest given(OperationCommand command, Cause cause) {
    assertThat(decide(command, cause)).isInstanceOf(Decision.Accept.class);
    return this;
  }

  /** Decides, and stores what was accepted. */
  private Decision<OperationEvent, OperationRejection> decide(
      OperationCommand command, Cause cause) {
    var decision = OperationDecider.decide(state, command, cause);
    if (decision instanceof Decision.Accept(var events)) {
      for (OperationEvent event : events) {
        OperationFact fact = OperationDecider.fact(state, event, cause, NOW);
        journal.add(fact);
        state = OperationDecider.evolve(state, fact);
        assertThat(fact.after()).isEqualTo(head().status().name());
      }
    }
    return decision;
  }

  private List<OperationEvent> events(OperationCommand command, Cause cause) {
    return decide(command, cause) instanceof Decision.Accept(var events) ? events : List.of();
  }

  private OperationHead head() {
    return state.known().orElseThrow();
  }

  @Test
  void it_begins_once_however_often_it_is_asked_for() {
    given(new Start("p", command(2)), ASKED);

    assertThat(head().status()).isEqualTo(OperationStatus.INIT);
    assertThat(head().origin()).isEqualTo(ASKED);
    assertThat(events(new Start("p", command(3)), ASKED)).isEmpty();
    assertThat(decide(new Start("p", command(2)), new Cause.Command("r1", "0101", "ann", "")))
        .isEqualTo(Decision.reject(new OperationRejection.RequestIdReused()));
  }

  @Test
  void with_nothing_to_do_it_has_succeeded_at_once() {
    List<OperationEvent> events = events(new Start("p", command(0)), ASKED);

    assertThat(events).hasSize(2);
    assertThat(events.getFirst()).isInstanceOf(Created.class);
    assertThat(events.getLast()).isInstanceOf(Ended.class);
    assertThat(head().status()).isEqualTo(OperationStatus.SUCCESS);
  }

  @Test
  void a_few_items_are_under_way_at_once_and_each_answer_makes_room_for_one() {
    given(new Start("p", command(40)), ASKED);

    assertThat(events(new Advance(List.of()), OWN))
        .containsExactly(new Advanced(OperationDecider.IN_FLIGHT, List.of()));
    List<ItemResult> two = results(0, 2, ItemOutcome.ACCEPTED);
    assertThat(events(new Advance(two), OWN))
        .containsExactly(new Advanced(OperationDecider.IN_FLIGHT + 2, two));
    assertThat(head().counts().inFlight()).isEqualTo(OperationDecider.IN_FLIGHT);
  }

  @Test
  void an_answer_counts_once_and_only_of_an_item_that_has_begun() {
    given(new Start("p", command(40)), ASKED).given(new Advance(List.of()), OWN);
    given(new Advance(results(0, 1, ItemOutcome.ACCEPTED)), OWN);

    assertThat(
            events(
                new Advance(
                    List.of(
                        result(0, ItemOutcome.REFUSED),
                        result(39, ItemOutcome.ACCEPTED),
                        result(-1, ItemOutcome.ACCEPTED))),
                OWN))
        .isEmpty();
    assertThat(head().counts().accepted()).isEqualTo(1);
  }

  @Test
  void all_taken_is_success_none_is_failure_and_some_is_part_success() {
    assertThat(endOf(ItemOutcome.ACCEPTED, ItemOutcome.UNCHANGED))
        .isEqualTo(OperationStatus.SUCCESS);
    assertThat(endOf(ItemOutcome.REFUSED, ItemOutcome.UNANSWERED)).isEqualTo(OperationStatus.FAIL);
    assertThat(endOf(ItemOutcome.ACCEPTED, ItemOutcome.REFUSED))
        .isEqualTo(OperationStatus.PART_SUCCESS);
  }

  private OperationStatus endOf(ItemOutcome first, ItemOutcome second) {
    state = OperationDecider.absent();
    given(new Start("p", command(2)), ASKED).given(new Advance(List.of()), OWN);
    given(new Advance(List.of(result(0, first), result(1, second))), OWN);
    assertThat(state).isInstanceOf(OperationState.Ended.class);
    return head().status();
  }

  @Test
  void after_a_cancel_nothing_begins_and_what_has_begun_is_waited_for() {
    given(new Start("p", command(40)), ASKED).given(new Advance(List.of()), OWN);

    assertThat(events(new Cancel(), STOPPED)).containsExactly(new CancelBegan());
    assertThat(events(new Advance(results(0, 15, ItemOutcome.ACCEPTED)), OWN))
        .containsExactly(new Advanced(16, results(0, 15, ItemOutcome.ACCEPTED)));
    given(new Advance(results(15, 16, ItemOutcome.REFUSED)), OWN);

    assertThat(head().status()).isEqualTo(OperationStatus.PART_SUCCESS);
    assertThat(head().reason()).isEqualTo("CANCELLED");
    assertThat(head().counts()).isEqualTo(new OperationCounts(40, 16, 15, 0, 1, 0, 24));
  }

  @Test
  void what_is_cancelled_before_it_began_ends_at_once() {
    given(new Start("p", command(4)), ASKED).given(new Cancel(), STOPPED);

    assertThat(head().status()).isEqualTo(OperationStatus.FAIL);
    assertThat(head().counts().cancelled()).isEqualTo(4);
  }

  @Test
  void a_cancel_that_is_true_already_stores_nothing_and_one_that_comes_too_late_is_refused() {
    assertThat(decide(new Cancel(), STOPPED))
        .isEqualTo(Decision.reject(new OperationRejection.NotFound()));
    given(new Start("p", command(1)), ASKED).given(new Advance(List.of()), OWN);
    given(new Cancel(), STOPPED);
    assertThat(events(new Cancel(), new Cause.Command("r3", "0a", "ann", ""))).isEmpty();
    given(new Advance(results(0, 1, ItemOutcome.ACCEPTED)), OWN);
    assertThat(head().reason()).as("nothing was cut off").isEmpty();
    assertThat(events(new Cancel(), new Cause.Command("r4", "0a", "ann", ""))).isEmpty();

    state = OperationDecider.absent();
    given(new Start("p", command(0)), ASKED);
    assertThat(decide(new Cancel(), STOPPED))
        .isEqualTo(Decision.reject(new OperationRejection.HasEnded(OperationStatus.SUCCESS)));
  }

  @Test
  void only_the_newest_attempt_of_an_export_counts() {
    given(new Start("p", EXPORT), ASKED).given(new BeginExport(), OWN);
    assertThat(events(new BeginExport(), OWN)).containsExactly(new ExportBegan(2));

    assertThat(events(new FinishExport(file(1)), OWN)).isEmpty();
    assertThat(events(new FailExport(1, "FILE_TOO_LARGE", ""), OWN)).isEmpty();
    given(new FinishExport(file(2)), OWN);

    assertThat(head().status()).isEqualTo(OperationStatus.SUCCESS);
    assertThat(head().file()).contains(file(2));
  }

  @Test
  void an_export_that_never_gets_to_its_end_is_given_up() {
    given(new Start("p", EXPORT), ASKED);
    for (int attempt = 0; attempt < OperationDecider.EXPORT_ATTEMPTS; attempt++) {
      given(new BeginExport(), OWN);
    }
    assertThat(head().status()).isEqualTo(OperationStatus.RUNNING);

    given(new BeginExport(), OWN);

    assertThat(head().status()).isEqualTo(OperationStatus.FAIL);
    assertThat(head().reason()).isEqualTo("EXPORT_FAILED");
  }

  @Test
  void a_cancelled_export_ends_without_a_file() {
    given(new Start("p", EXPORT), ASKED).given(new BeginExport(), OWN);
    given(new Cancel(), STOPPED);

    assertThat(head().status()).isEqualTo(OperationStatus.FAIL);
    assertThat(events(new FinishExport(file(1)), OWN)).isEmpty();
    assertThat(head().file()).isEmpty();
  }

  private static OperationFile file(int attempt) {
    return new OperationFile("runs.csv", "text/csv", attempt, 1, 10, 1, "00", NOW);
  }

  @Test
  void a_journal_that_contradicts_itself_fails_loudly() {
    OperationFact advanced =
        new OperationFact(new Advanced(1, List.of()), OWN, NOW, "INIT", "RUNNING");

    assertThatThrownBy(() -> OperationDecider.evolve(OperationDecider.absent(), advanced))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void replay_rebuilds_the_state_that_random_answers_and_crashes_led_to(long number) {
    Random random = new Random(number);
    for (int round = 0; round < 50; round++) {
      journal.clear();
      state = OperationDecider.absent();
      int count = random.nextInt(60);
      given(new Start("p", command(count)), ASKED);
      boolean cancels = random.nextInt(3) == 0;
      for (int step = 0; step < 400 && !(state instanceof OperationState.Ended); step++) {
        if (cancels && random.nextInt(20) == 0) {
          decide(new Cancel(), STOPPED);
        }
        // After a crash all that has begun is sent anew, and answered in any order and number.
        List<ItemResult> answers = new ArrayList<>();
        for (int some = random.nextInt(6); some > 0 && count > 0; some--) {
          answers.add(
              result(
                  random.nextInt(count),
                  ItemOutcome.values()[random.nextInt(ItemOutcome.values().length)]));
        }
        decide(new Advance(answers), OWN);
        assertThat(head().counts().inFlight()).isBetween(0, OperationDecider.IN_FLIGHT);
        assertThat(head().counts().answered()).isEqualTo(state.answers().size());
      }
      assertThat(state).isInstanceOf(OperationState.Ended.class);
      assertThat(head().counts().answered() + head().counts().cancelled()).isEqualTo(count);
      assertThat(replayed()).isEqualTo(state);
      assertThat(folded()).contains(head());
    }
  }

  private OperationState replayed() {
    OperationState again = OperationDecider.absent();
    for (OperationFact fact : journal) {
      again = OperationDecider.evolve(again, fact);
    }
    return again;
  }

  /** As the lists do it, which know no items. */
  private Optional<OperationHead> folded() {
    Optional<OperationHead> head = Optional.empty();
    for (OperationFact fact : journal) {
      head = Optional.of(OperationHead.after(head, fact));
    }
    return head;
  }
}
