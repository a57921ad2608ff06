package dev.pawl.bench.chaos.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class RosterTest {
  private final Roster roster = new Roster();

  @Test
  void a_run_is_live_until_it_is_seen_ended() {
    roster.saw("a", 1, "RUNNING");
    roster.saw("b", 1, "RUNNING");
    roster.saw("a", 4, "FAILED");

    assertThat(roster.live()).isEqualTo(1);
    assertThat(roster.pick(0)).map(Roster.Known::name).contains("b");
  }

  @Test
  void what_is_seen_late_changes_nothing() {
    roster.saw("a", 5, "PAUSED");
    roster.saw("a", 2, "RUNNING");

    assertThat(roster.pickHeld(0.5)).contains(new Roster.Known("a", 5, "PAUSED"));
  }

  @Test
  void a_run_that_ended_can_be_had_to_go_on_and_is_live_again() {
    roster.saw("a", 4, "FAILED");
    assertThat(roster.pickEnded(0)).contains(new Roster.Known("a", 4, "FAILED"));

    roster.saw("a", 2, "RUNNING");
    assertThat(roster.live()).isZero();
    roster.saw("a", 5, "RUNNING");
    assertThat(roster.live()).isEqualTo(1);
    assertThat(roster.pickEnded(0)).isEmpty();
  }

  @Test
  void the_steps_of_a_run_are_known_by_its_definition() {
    roster.sawSteps("a", "projects/default/workflows/w1", 3);
    roster.sawSteps("b", "projects/default/tasks/t7", 1);

    assertThat(roster.step("a", 0.9)).contains("t2");
    assertThat(roster.step("b", 0.9)).contains("t7");
    assertThat(roster.step("c", 0.9)).isEmpty();
  }

  @Test
  void clashes_are_with_others_and_with_the_living() {
    roster.saw("a", 1, "RUNNING");
    roster.commanded("me", "a");
    assertThat(roster.commandedByOther("me")).isEmpty();
    assertThat(roster.commandedByOther("you")).map(Roster.Known::name).contains("a");

    roster.saw("a", 3, "SUCCEEDED");
    assertThat(roster.commandedByOther("you")).isEmpty();
  }

  @Test
  void every_log_is_followed_once_and_the_newest_first() {
    roster.saw("a", 1, "RUNNING");
    roster.saw("b", 1, "RUNNING");

    assertThat(roster.unfollowed()).contains("b");
    assertThat(roster.unfollowed()).contains("a");
    assertThat(roster.unfollowed()).isEmpty();
  }
}
