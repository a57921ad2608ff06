package dev.pawl.bench.history.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Log;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Verdict;
import dev.pawl.bench.history.Work;
import dev.pawl.bench.history.world.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JudgeTest {
  static LongStream numbers() {
    return LongStream.rangeClosed(1, 20);
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void a_history_of_a_sound_world_is_valid(long number) {
    assertThat(Judge.judge(World.history(number, 120))).isInstanceOf(Verdict.Valid.class);
  }

  @Test
  void a_number_makes_the_same_history_again() {
    assertThat(World.history(7, 30)).isEqualTo(World.history(7, 30));
    assertThat(World.history(7, 30)).isNotEqualTo(World.history(8, 30));
  }

  @Test
  void the_order_of_observers_means_nothing() {
    History history = World.history(2, 120);
    // Each kind of record is an observer's here; what each of them wrote keeps its order.
    Map<Class<?>, List<Observation>> parts = new LinkedHashMap<>();
    for (Observation observation : history.observations()) {
      parts.computeIfAbsent(observer(observation), _ -> new ArrayList<>()).add(observation);
    }
    List<List<Observation>> shuffled = new ArrayList<>(parts.values());
    Collections.shuffle(shuffled, new Random(5));
    List<Observation> all = new ArrayList<>();
    shuffled.forEach(all::addAll);

    assertThat(Judge.judge(new History(history.manifest(), all)))
        .isEqualTo(Judge.judge(history))
        .isInstanceOf(Verdict.Valid.class);
  }

  /** Every interface below {@link Observation} has one observer. */
  private static Class<?> observer(Observation observation) {
    for (Class<?> kind : Observation.class.getPermittedSubclasses()) {
      if (kind.isInstance(observation)) {
        return kind;
      }
    }
    throw new IllegalStateException("no observer of " + observation);
  }

  @Test
  void a_history_of_nothing_says_nothing() {
    History history = new History(World.history(1, 1).manifest(), List.of());

    assertThat(Judge.judge(history))
        .isInstanceOfSatisfying(
            Verdict.Vacuous.class,
            vacuous ->
                assertThat(vacuous.shortfalls())
                    .extracting(Verdict.Shortfall::condition)
                    .contains("V-0", "V-1", "V-3", "V-4"));
  }

  @Test
  void a_report_of_an_attempt_that_time_has_ended_is_stale_though_none_followed() {
    Draft draft = new Draft(World.history(1, 120));
    long before = stale(draft);
    Fact end =
        draft.fact(Change.Ended.class, fact -> fact.cause().equals(new Cause.Timer("STOP_GRACE")));
    String execution = end.entity().substring("execution|".length());
    Work.Leased lease =
        draft.first(Work.Leased.class, leased -> leased.execution().equals(execution));
    Change.Ended ended = (Change.Ended) end.change();

    draft.add(
        new Work.Reported(
            lease.worker(),
            lease.incarnation(),
            end.at() + 1_000_000,
            execution,
            ended.fence(),
            "SUCCEEDED",
            "",
            false,
            "none"));

    assertThat(stale(draft)).isEqualTo(before + 1);
  }

  @Test
  void lines_that_a_lost_worker_still_held_may_come_after_the_end_of_the_stream() {
    Draft draft = new Draft(World.history(1, 120));
    List<Log.Read> lines =
        draft.each(Log.Read.class).filter(line -> endedByTime(draft, line)).toList();
    Log.Read last =
        lines.stream()
            .filter(line -> readToTheEnd(draft, line.reader()))
            .max(Comparator.comparingLong(Log.Read::line))
            .orElseThrow();

    draft.remove(last);

    assertThat(Judge.judge(draft.history()))
        .isInstanceOfSatisfying(
            Verdict.Valid.class,
            valid -> assertThat(valid.counts().totals()).containsEntry("G-2 late", 1L));
  }

  /** Whether no report ended the attempt that wrote the line. */
  private static boolean endedByTime(Draft draft, Log.Read line) {
    return draft.journal("execution|" + line.execution()).stream()
        .noneMatch(
            fact -> fact.cause() instanceof Cause.Report report && report.fence() == line.fence());
  }

  private static boolean readToTheEnd(Draft draft, String reader) {
    return draft
        .each(Log.TailEnded.class)
        .anyMatch(end -> end.reader().equals(reader) && end.complete());
  }

  private static long stale(Draft draft) {
    return Judge.judge(draft.history()).counts().totals().getOrDefault("C-5 stale", 0L);
  }

  @Test
  void what_is_not_judged_yet_is_listed_with_its_reason() {
    assertThat(Judge.judge(World.history(1, 30)).counts().tallies())
        .filteredOn(tally -> !tally.notYet().isEmpty())
        .extracting(Verdict.Tally::invariant)
        .contains("B-4", "B-5", "C-12", "D-6", "E-1", "F-6", "F-8", "I-1", "X-2", "X-4");
  }

  /** Whatever is lost of a history, the judge ends with a verdict. */
  @ParameterizedTest
  @MethodSource("numbers")
  void a_torn_history_is_judged_all_the_same(long number) {
    History history = World.history(number, 30);
    Random random = new Random(number);
    List<Observation> torn =
        history.observations().stream().filter(_ -> random.nextInt(10) > 0).toList();

    assertThat(Judge.judge(new History(history.manifest(), torn)))
        .isNotInstanceOf(Verdict.Valid.class);
  }

  /** Nor does it matter how little sense the facts make. */
  @ParameterizedTest
  @MethodSource("numbers")
  void facts_without_sense_are_judged_all_the_same(long number) {
    History history = World.history(number, 30);
    Random random = new Random(number);
    List<Fact> facts =
        history.observations().stream()
            .filter(Fact.class::isInstance)
            .map(Fact.class::cast)
            .toList();
    List<Observation> senseless =
        history.observations().stream()
            .map(
                observation ->
                    observation instanceof Fact fact && random.nextInt(5) == 0
                        ? senseless(fact, facts.get(random.nextInt(facts.size())), random)
                        : observation)
            .toList();

    assertThat(Judge.judge(new History(history.manifest(), senseless)))
        .isInstanceOf(Verdict.Invalid.class);
  }

  private static Fact senseless(Fact fact, Fact other, Random random) {
    return new Fact(
        switch (random.nextInt(6)) {
          case 0 -> other.entity();
          case 1 -> "moon|" + random.nextInt();
          case 2 -> "execution|" + random.nextInt();
          default -> fact.entity();
        },
        random.nextBoolean() ? fact.sequence() : random.nextLong(),
        1,
        1,
        random.nextBoolean() ? fact.ordering() : random.nextLong(),
        random.nextBoolean() ? fact.writer() : other.writer(),
        random.nextBoolean() ? fact.at() : other.at(),
        fact.before(),
        random.nextBoolean() ? fact.after() : "MOON",
        random.nextBoolean() ? fact.cause() : other.cause(),
        random.nextBoolean() ? fact.change() : other.change());
  }
}
