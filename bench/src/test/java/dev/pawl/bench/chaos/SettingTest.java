package dev.pawl.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.Fault.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class SettingTest {
  private static final Setting THREE_MINUTES =
      new Setting(1, Duration.ofMinutes(3), 3, Set.of(Kind.KILL, Kind.CLIENT));

  @Test
  void enough_has_happened_once_each_kind_of_fault_had_its_turn_and_clients_their_answers() {
    assertThat(THREE_MINUTES.isEnough(1_000, Map.of(Kind.KILL, 15L, Kind.CLIENT, 0L))).isTrue();
  }

  @Test
  void a_kind_that_was_not_done_is_waited_for() {
    assertThat(THREE_MINUTES.isEnough(1_000, Map.of(Kind.KILL, 15L))).isFalse();
  }

  @Test
  void few_answers_are_not_enough_over_all_or_under_one_kind() {
    assertThat(THREE_MINUTES.isEnough(999, Map.of(Kind.KILL, 15L, Kind.CLIENT, 0L))).isFalse();
    assertThat(THREE_MINUTES.isEnough(1_000, Map.of(Kind.KILL, 14L, Kind.CLIENT, 0L))).isFalse();
  }

  @Test
  void the_only_node_need_not_answer_while_it_is_away() {
    Setting alone = new Setting(1, Duration.ofMinutes(3), 1, Set.of(Kind.KILL, Kind.PAUSE));

    assertThat(alone.isEnough(1_000, Map.of(Kind.KILL, 0L, Kind.PAUSE, 0L))).isTrue();
  }
}
