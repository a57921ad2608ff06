package dev.pawl.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.LockSnapshotSerializer;
import dev.pawl.engine.lock.LockState.Hold;
import dev.pawl.engine.run.RunId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rules of the locks of one scope. */
class LockDeciderTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final RunId ONE = new RunId("one");
  private static final RunId TWO = new RunId("two");
  private static final LockName GLOBAL = LockName.global("maintenance");
  private static final LockName Z1 = LockName.of("maintenance", "z1");
  private static final LockName Z2 = LockName.of("maintenance", "z2");
  private static final Cause BY_RUN = new Cause.Parent("one");
  private static final Cause.Command BY_ADMIN =
      new Cause.Command("r-1", "hash-1", "root", "the host is gone");

  private LockState state = LockState.NEW;
  private Instant now = NOW;

  private Decision<LockEvent, LockRejection> tell(LockCommand command, Cause cause) {
    now = now.plusSeconds(1);
    var decision = LockDecider.decide(state, command, cause);
    if (decision instanceof Decision.Accept(var events)) {
      events.forEach(
          event -> state = LockDecider.evolve(state, LockDecider.fact(state, event, cause, now)));
    }
    return decision;
  }

  private Decision<LockEvent, LockRejection> take(RunId run, long version, LockName... locks) {
    return tell(new LockCommand.Take(run, version, "ann", List.of(locks), false), BY_RUN);
  }

  private Decision<LockEvent, LockRejection> takeGoingOn(
      RunId run, long version, LockName... locks) {
    return tell(new LockCommand.Take(run, version, "ann", List.of(locks), true), BY_RUN);
  }

  private Decision<LockEvent, LockRejection> release(RunId run, long version) {
    return tell(new LockCommand.Release(run, version), BY_RUN);
  }

  private Decision<LockEvent, LockRejection> force(LockName lock) {
    return tell(new LockCommand.Force(lock, OptionalLong.empty()), BY_ADMIN);
  }

  private static void assertTaken(Decision<LockEvent, LockRejection> decision) {
    assertThat(decision).isInstanceOf(Decision.Accept.class);
  }

  private static LockRejection refusal(Decision<LockEvent, LockRejection> decision) {
    return switch (decision) {
      case Decision.Reject(var why) -> why;
      case Decision.Accept(var events) -> throw new AssertionError("accepted with " + events);
    };
  }

  @Test
  void another_run_cannot_have_what_one_holds_and_hears_who_and_since_when() {
    assertTaken(take(ONE, 1, Z1));
    Instant since = now;

    assertThat(refusal(take(TWO, 1, Z1)))
        .isEqualTo(new LockRejection.Held(Z1, Z1, ONE, "ann", since));
    assertTaken(take(TWO, 1, Z2));
  }

  @Test
  void a_global_lock_stands_against_every_key_of_its_scope_and_the_reverse() {
    assertTaken(take(ONE, 1, Z1));
    assertThat(refusal(take(TWO, 1, GLOBAL)))
        .isInstanceOfSatisfying(
            LockRejection.Held.class,
            held -> {
              assertThat(held.wanted()).isEqualTo(GLOBAL);
              assertThat(held.held()).isEqualTo(Z1);
            });

    release(ONE, 5);
    assertTaken(take(TWO, 1, GLOBAL));
    assertThat(refusal(take(ONE, 6, Z2))).isInstanceOf(LockRejection.Held.class);
  }

  @Test
  void of_several_locks_a_run_has_all_or_none() {
    assertTaken(take(ONE, 1, Z1));

    assertThat(refusal(take(TWO, 1, Z1, Z2))).isInstanceOf(LockRejection.Held.class);

    assertThat(state.holds()).containsOnlyKeys(Z1);
  }

  @Test
  void taking_the_same_again_stores_nothing() {
    assertTaken(take(ONE, 1, Z1, Z2));

    assertThat(take(ONE, 1, Z1, Z2)).isEqualTo(Decision.unchanged());
  }

  @Test
  void a_word_from_before_a_run_went_on_does_not_release_what_it_took_then() {
    take(ONE, 1, Z1);
    takeGoingOn(ONE, 8, Z1);

    assertThat(release(ONE, 7)).isEqualTo(Decision.unchanged());
    assertThat(state.holds()).containsOnlyKeys(Z1);
    assertTaken(release(ONE, 12));
    assertThat(state.holds()).isEmpty();
  }

  @Test
  void a_run_that_goes_on_holds_its_locks_since_it_first_took_them() {
    take(ONE, 1, Z1);
    Instant since = now;

    takeGoingOn(ONE, 8, Z1);

    assertThat(state.holds().get(Z1)).isEqualTo(new Hold(ONE, 8, "ann", since, 2));
  }

  @Test
  void a_run_that_let_go_goes_on_only_if_nobody_had_its_lock_since() {
    take(ONE, 1, Z1);
    release(ONE, 5);
    assertTaken(takeGoingOn(ONE, 6, Z1));

    release(ONE, 9);
    take(TWO, 1, Z1);
    release(TWO, 4);

    assertThat(refusal(takeGoingOn(ONE, 10, Z1)))
        .isEqualTo(new LockRejection.Superseded(Z1, Optional.of(TWO)));
    assertTaken(take(ONE, 10, Z1));
  }

  @Test
  void a_global_lock_in_between_supersedes_every_key_and_every_key_a_global_lock() {
    take(ONE, 1, Z1);
    release(ONE, 5);
    take(TWO, 1, GLOBAL);
    release(TWO, 4);
    assertThat(refusal(takeGoingOn(ONE, 6, Z1)))
        .isEqualTo(new LockRejection.Superseded(Z1, Optional.of(TWO)));

    take(ONE, 6, Z2);
    release(ONE, 9);
    assertThat(refusal(takeGoingOn(TWO, 5, GLOBAL)))
        .isEqualTo(new LockRejection.Superseded(GLOBAL, Optional.of(ONE)));
  }

  @Test
  void what_is_too_long_ago_to_know_counts_as_superseded() {
    take(ONE, 1, Z1);
    release(ONE, 5);
    for (int i = 0; i <= Past.REMEMBERED; i++) {
      take(TWO, 1, LockName.of("maintenance", "k" + i));
    }

    assertThat(state.past().byLock()).hasSize(Past.REMEMBERED);
    assertThat(refusal(takeGoingOn(ONE, 6, Z1)))
        .isEqualTo(new LockRejection.Superseded(Z1, Optional.empty()));
  }

  @Test
  void whatever_locks_have_come_to_comes_back_from_its_snapshot_as_it_was() throws IOException {
    LockSnapshotSerializer serializer = new LockSnapshotSerializer();
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      RunId run = new RunId("run" + random.nextInt(20));
      LockName lock =
          random.nextInt(50) == 0
              ? GLOBAL
              : LockName.of("maintenance", "k" + random.nextInt(Past.REMEMBERED + 500));
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> release(run, i);
        case 3 -> tell(new LockCommand.Disown(run, List.of(lock)), BY_RUN);
        case 4 ->
            state.holds().keySet().stream()
                .findAny()
                .ifPresent(
                    held ->
                        tell(
                            new LockCommand.Force(held, OptionalLong.empty()),
                            new Cause.Command("r-" + now, "00ff", "root", "because")));
        case 5 ->
            state.losses().stream()
                .findAny()
                .ifPresent(loss -> tell(new LockCommand.Heard(loss.run(), loss.number()), BY_RUN));
        default -> take(run, i, lock);
      }
      if (i % 100 == 0) {
        byte[] snapshot = serializer.toBinary(state);
        assertThat(serializer.fromBinary(snapshot, serializer.manifest(state))).isEqualTo(state);
      }
    }
    assertThat(state.past().byAge()).hasSize(Past.REMEMBERED);
    assertThat(state.past().forgotten()).isPositive();
  }

  @Test
  void a_fact_costs_hardly_more_when_a_thousand_keys_are_known() {
    fold(5_000, 10);
    long few = fold(2_000, 10);
    long many = fold(2_000, 3 * Past.REMEMBERED);

    assertThat(many).as("bytes made by a fact; with few keys %d", few).isLessThan(5 * few);
  }

  /** Folds facts about so many keys in turn, and says how many bytes each of them made. */
  private static long fold(int facts, int keys) {
    LockState folded = LockState.NEW;
    for (int i = 0; i < keys; i++) {
      folded = LockDecider.evolve(folded, taken(i));
    }
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<LockFact> all = IntStream.range(0, facts).mapToObj(i -> taken(i % keys)).toList();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (LockFact fact : all) {
      folded = LockDecider.evolve(folded, fact);
    }
    long made = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(folded.past().byLock()).hasSize(Math.min(keys, Past.REMEMBERED));
    return made / facts;
  }

  private static LockFact taken(int key) {
    LockName lock = LockName.of("maintenance", "k" + key);
    return new LockFact(new LockEvent.Taken(ONE, 1, "ann", List.of(lock)), BY_RUN, NOW, "", "HELD");
  }

  @Test
  void a_lock_that_is_taken_away_is_free_and_its_holder_is_owed_the_news() {
    take(ONE, 1, Z1, Z2);

    assertTaken(force(Z1));

    assertThat(state.holds()).containsOnlyKeys(Z2);
    assertThat(state.losses())
        .containsExactly(new LockState.Loss(ONE, 2, 1, Z1, "root", "the host is gone"));
    assertTaken(take(TWO, 1, Z1));
    assertThat(LockDecider.status(state)).isEqualTo(LockStatus.HELD);
    assertTaken(tell(new LockCommand.Heard(ONE, 2), BY_RUN));
    assertThat(state.losses()).isEmpty();
  }

  @Test
  void what_a_run_says_it_does_not_hold_is_free_and_the_rest_stays_with_it() {
    take(ONE, 1, Z1, Z2);
    take(TWO, 1, LockName.of("maintenance", "z3"));

    assertTaken(tell(new LockCommand.Disown(ONE, List.of(Z1)), BY_RUN));

    assertThat(state.holds()).containsOnlyKeys(Z2, LockName.of("maintenance", "z3"));
    assertThat(Objects.requireNonNull(state.holds().get(Z2)))
        .extracting(Hold::run, Hold::version, Hold::initiator)
        .containsExactly(ONE, 1L, "ann");
    assertThat(tell(new LockCommand.Disown(ONE, List.of(Z1)), BY_RUN))
        .isEqualTo(Decision.unchanged());
    assertThat(tell(new LockCommand.Disown(ONE, List.of(Z2)), BY_RUN))
        .isEqualTo(Decision.accept(new LockEvent.Released(ONE)));
    assertThat(state.holds()).containsOnlyKeys(LockName.of("maintenance", "z3"));
  }

  @Test
  void a_lock_is_taken_away_once_for_one_request() {
    take(ONE, 1, Z1);
    force(Z1);
    take(TWO, 1, Z1);

    assertThat(force(Z1)).isEqualTo(Decision.unchanged());
    assertThat(Objects.requireNonNull(state.holds().get(Z1)).run()).isEqualTo(TWO);
  }

  @Test
  void what_nobody_holds_or_another_holds_by_now_is_not_taken_away() {
    assertThat(refusal(force(Z1))).isEqualTo(new LockRejection.NotHeld(Z1));

    take(ONE, 1, Z1);
    release(ONE, 4);
    take(TWO, 1, Z1);
    assertThat(refusal(tell(new LockCommand.Force(Z1, OptionalLong.of(1)), BY_ADMIN)))
        .isEqualTo(new LockRejection.VersionMismatch(Z1, 1, 3));
  }
}
