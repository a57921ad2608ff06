package dev.pawl.bench.history.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Verdict;
import dev.pawl.bench.history.Violation;
import dev.pawl.bench.history.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each wrong behaviour is found, by the invariant that is meant for it. */
class MutationsTest {
  private static final Path PAGE = Path.of("../docs/checker-mutations.md");
  private static final History VALID = World.history(1, 120);

  static Stream<Mutation> mutations() {
    return Mutations.ALL.stream();
  }

  /** The invariants, or else the conditions, that find it. */
  private static Set<String> found(Mutation mutation) {
    Draft draft = new Draft(VALID);
    mutation.edit().accept(draft);
    Set<String> found = new LinkedHashSet<>();
    switch (Judge.judge(draft.history())) {
      case Verdict.Valid _ -> {}
      case Verdict.Invalid invalid ->
          invalid.violations().stream().map(Violation::invariant).forEach(found::add);
      case Verdict.Vacuous vacuous ->
          vacuous.shortfalls().forEach(missing -> found.add(missing.condition()));
    }
    return found;
  }

  @Test
  void the_history_that_is_edited_is_valid() {
    assertThat(Judge.judge(new Draft(VALID).history())).isInstanceOf(Verdict.Valid.class);
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void a_wrong_behaviour_is_found_by_the_invariant_that_is_meant_for_it(Mutation mutation) {
    assertThat(found(mutation)).contains(mutation.foundBy());
  }

  @Test
  void each_invariant_has_a_wrong_behaviour_that_it_finds() {
    Set<String> meant = new LinkedHashSet<>();
    Mutations.ALL.forEach(mutation -> meant.add(mutation.foundBy()));
    List<String> judged = new ArrayList<>();
    Invariants.JUDGED.forEach(invariant -> judged.add(invariant.id()));
    Invariants.CONDITIONS.forEach(condition -> judged.add(condition.id()));

    assertThat(meant).containsExactlyInAnyOrderElementsOf(judged);
  }

  @Test
  void the_page_shows_what_is_found() throws IOException {
    String wanted = page();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, wanted);
    }

    assertThat(PAGE)
        .describedAs("run this test with -Dgolden.update=true and commit the page")
        .hasContent(wanted);
  }

  private static String page() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # What the history checker finds

        Written by `MutationsTest`, which edits a valid history to show one wrong behaviour at a time and asks that it is found by the
        invariant that is meant for it. In brackets: what makes a history say nothing. Rewrite it with

            mvn test -pl bench -am -Dtest=MutationsTest -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.update=true

        `pawl chaos judge FILE` judges a history. A million observations are read in 2.4 s and judged in 3.8 s of one core, and take some
        120 MiB of heap; measure it with

            mvn test -pl bench -am -Dtest=JudgeSpeedTest -Dsurefire.failIfNoSpecifiedTests=false -Djudge.runs=9000

        ## Wrong behaviours

        | wrong behaviour | found by | and by |
        | --- | --- | --- |
        """);
    for (Mutation mutation : Mutations.ALL) {
      Set<String> others = found(mutation);
      others.remove(mutation.foundBy());
      page.append(
          "| %s | %s | %s |%n"
              .formatted(mutation.behaviour(), mutation.foundBy(), String.join(", ", others)));
    }
    page.append(
        """

        ## What is judged

        | id | what must hold |
        | --- | --- |
        """);
    Invariants.JUDGED.forEach(
        invariant -> page.append("| %s | %s |%n".formatted(invariant.id(), invariant.promise())));
    page.append(
        """

        A history says something only when these hold; else it is vacuous:

        | id | what a history must have |
        | --- | --- |
        """);
    Invariants.CONDITIONS.forEach(
        condition -> page.append("| %s | %s |%n".formatted(condition.id(), condition.promise())));
    page.append(
        """

        Not judged yet:

        | id | what must hold | why not yet |
        | --- | --- | --- |
        """);
    Invariants.NOT_YET.forEach(
        notYet ->
            page.append(
                "| %s | %s | %s |%n".formatted(notYet.id(), notYet.promise(), notYet.reason())));
    return page.toString();
  }
}
