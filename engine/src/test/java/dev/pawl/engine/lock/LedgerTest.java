package dev.pawl.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A map that never changes is what a map that does would be, and costs a step what its depth is.
 */
class LedgerTest {
  private static long comparisons;

  private record Key(int value) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      comparisons++;
      return Integer.compare(value, other.value);
    }
  }

  @Test
  void it_holds_what_was_put_and_not_taken_out_in_order_and_earlier_ones_stay_as_they_were() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      TreeMap<Key, Integer> model = new TreeMap<>();
      Ledger<Key, Integer> ledger = Ledger.empty();
      for (int step = 0; step < 1_000; step++) {
        Key key = new Key(random.nextInt(200));
        Ledger<Key, Integer> before = ledger;
        Map<Key, Integer> as = new TreeMap<>(model);
        if (random.nextInt(5) < 3) {
          model.put(key, step);
          ledger = ledger.with(key, step);
        } else {
          model.remove(key);
          ledger = ledger.without(key);
        }
        assertThat(new ArrayList<>(ledger.entrySet())).isEqualTo(List.copyOf(model.entrySet()));
        assertThat(ledger.size()).isEqualTo(model.size());
        assertThat(ledger.find(key)).isEqualTo(Optional.ofNullable(model.get(key)));
        assertThat(ledger.first()).isEqualTo(Optional.ofNullable(model.firstEntry()));
        assertThat(ledger.last()).isEqualTo(Optional.ofNullable(model.lastEntry()));
        assertThat(ledger).isEqualTo(model);
        assertThat(before).isEqualTo(as);
      }
    }
  }

  @Test
  void a_step_compares_as_many_keys_as_the_tree_is_deep_however_they_came() {
    Ledger<Key, Integer> rising = Ledger.empty();
    for (int i = 0; i < 10_000; i++) {
      rising = rising.with(new Key(i), i);
    }
    for (int i = 0; i < 9_000; i++) {
      rising = rising.without(new Key(i));
    }
    int most = 0;
    for (int i = 9_000; i < 10_000; i++) {
      comparisons = 0;
      assertThat(rising.find(new Key(i))).contains(i);
      most = Math.max(most, (int) comparisons);
      rising = rising.with(new Key(i), i);
    }
    // 1.44 times the logarithm of 1,000, at most.
    assertThat(most).isLessThanOrEqualTo(15);
    assertThat(rising).hasSize(1_000);
  }
}
