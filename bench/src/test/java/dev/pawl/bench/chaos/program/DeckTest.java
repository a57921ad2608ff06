package dev.pawl.bench.chaos.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class DeckTest {
  @Test
  void the_same_number_deals_a_client_the_same_operations() {
    assertThat(operations(5, 2)).isEqualTo(operations(5, 2));
  }

  @Test
  void each_client_has_a_deck_of_its_own() {
    assertThat(operations(5, 1)).isNotEqualTo(operations(5, 2));
    assertThat(operations(6, 2)).isNotEqualTo(operations(5, 2));
  }

  @Test
  void every_kind_of_operation_is_dealt() {
    assertThat(operations(1, 0).stream().map(Object::getClass).collect(Collectors.toSet()))
        .hasSameSizeAs(Operation.class.getPermittedSubclasses());
  }

  @Test
  void five_to_ten_in_a_hundred_operations_repeat_reuse_or_clash() {
    List<Operation> operations = operations(1, 0);

    long odd =
        operations.stream()
            .filter(
                operation ->
                    operation instanceof Operation.Repeat
                        || operation instanceof Operation.Reuse
                        || operation instanceof Operation.Clash)
            .count();

    assertThat(odd * 100.0 / operations.size()).isBetween(5.0, 14.0);
  }

  private static List<Operation> operations(long number, int client) {
    Deck deck = new Deck(number, client, 24);
    return Stream.generate(deck::next).limit(2_000).toList();
  }
}
