package dev.pawl.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.history.HistoryReader;
import dev.pawl.bench.history.Verdict;
import dev.pawl.bench.history.Verdict.Tally;
import dev.pawl.bench.history.judge.Judge;
import dev.pawl.bench.wrong.WrongAgent;
import dev.pawl.bench.wrong.WrongBehaviour;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the judge with nodes that do one thing wrong: {@code -Dwrong=all}, or the names of some.
 * What was found goes to {@code docs/wrong-behaviours.md}.
 */
@NullMarked
@Timeout(480)
// Half an hour for all of them, and how much happens in a campaign is the machine's.
@EnabledIfSystemProperty(named = "wrong", matches = ".+")
class WrongBehavioursIT {
  private static final long NUMBER = 11;
  private static final Duration TIME = Duration.ofSeconds(Long.getLong("wrong.seconds", 25));
  private static final Duration SETTLE = Duration.ofSeconds(40);

  /** Asks for quick delivery: on a busy machine it is violated whatever else is wrong. */
  private static final String OF_TIME = "F-9";

  private static final Path PAGE = Path.of("..", "docs", "wrong-behaviours.md");

  static Stream<WrongBehaviour> chosen() {
    String names = System.getProperty("wrong", "");
    return names.equals("all")
        ? Arrays.stream(WrongBehaviour.values())
        : Arrays.stream(names.split(",", -1))
            .filter(name -> !name.equals(WrongAgent.NONE))
            .map(WrongBehaviour::valueOf);
  }

  @Test
  void a_node_with_the_agent_and_nothing_wrong_is_judged_valid(@TempDir Path directory)
      throws Exception {
    String names = System.getProperty("wrong", "");
    assumeTrue(names.equals("all") || names.contains(WrongAgent.NONE));

    Campaign.Result result =
        new Campaign(setting(directory, WrongAgent.NONE, Set.of()), directory, System.out::println)
            .run();

    assertThat(result.failures()).isEmpty();
    Verdict verdict = Judge.judge(HistoryReader.read(result.history()));
    assertThat(verdict).as("%s", sentences(verdict)).isInstanceOf(Verdict.Valid.class);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("chosen")
  void each_is_found_by_an_invariant_that_is_meant_for_it(
      WrongBehaviour behaviour, @TempDir Path directory) throws Exception {
    Set<Kind> faults = behaviour == WrongBehaviour.STALE_REPORT ? Set.of(Kind.WORKER) : Set.of();
    Setting setting = setting(directory, behaviour.name(), faults);

    Campaign.Result result = new Campaign(setting, directory, System.out::println).run();

    assertThat(Files.readString(directory.resolve("node1.log")))
        .contains(WrongAgent.REWRITTEN + behaviour)
        .contains(WrongAgent.DID);
    Verdict verdict = Judge.judge(HistoryReader.read(result.history()));
    List<String> violated =
        verdict instanceof Verdict.Invalid(_, var counts)
            ? counts.tallies().stream()
                .filter(tally -> tally.notYet().isEmpty() && !tally.invariant().startsWith("V-"))
                .filter(tally -> tally.violated() > 0)
                .map(Tally::invariant)
                .toList()
            : List.of();
    assertThat(violated)
        .as("%s: %s, harness: %s", behaviour, sentences(verdict), result.failures())
        .containsAnyElementsOf(behaviour.meant());
    new WrongBehavioursPage(PAGE)
        .write(
            behaviour,
            List.of(
                cell(verdict, behaviour.meant()::contains),
                cell(
                    verdict,
                    id ->
                        violated.contains(id)
                            && !behaviour.meant().contains(id)
                            && !id.equals(OF_TIME)),
                faults.stream()
                    .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ")),
                Long.toString(NUMBER)));
  }

  private static List<String> sentences(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Valid _ -> List.of("valid");
      case Verdict.Invalid(var violations, _) ->
          violations.stream()
              .map(
                  found ->
                      "%s by %s: %s".formatted(found.invariant(), found.entity(), found.sentence()))
              .toList();
      case Verdict.Vacuous(var shortfalls, _) ->
          shortfalls.stream().map(Verdict.Shortfall::sentence).toList();
    };
  }

  private static String cell(Verdict verdict, Predicate<String> shown) {
    return verdict.counts().tallies().stream()
        .filter(tally -> tally.violated() > 0 && shown.test(tally.invariant()))
        .map(tally -> "%s (%d)".formatted(tally.invariant(), tally.violated()))
        .collect(Collectors.joining(", "));
  }

  private static Setting setting(Path directory, String name, Set<Kind> faults) throws Exception {
    return new Setting(
        NUMBER, TIME, 1, faults, SETTLE, List.of(WrongAgent.option(directory, name)));
  }
}
