package dev.pawl.bench.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.chaos.node.WorkerPlace;
import dev.pawl.bench.history.Fault.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class FaultPlanTest {
  @Test
  void the_same_number_plans_the_same_faults() {
    assertThat(faults(4, true)).isEqualTo(faults(4, true));
    assertThat(faults(4, true)).isNotEqualTo(faults(5, true));
  }

  @Test
  void every_kind_has_its_turn_before_one_comes_again() {
    List<Fault> faults = faults(9, false);

    for (int i = 0; i + FaultPlan.SERVICE.size() <= faults.size(); i += FaultPlan.SERVICE.size()) {
      Set<Kind> round =
          faults.subList(i, i + FaultPlan.SERVICE.size()).stream()
              .map(Fault::kind)
              .collect(Collectors.toSet());
      assertThat(round).isEqualTo(FaultPlan.SERVICE);
    }
  }

  @Test
  void a_short_run_has_no_fault_that_takes_most_of_it() {
    assertThat(faults(2, false))
        .allSatisfy(fault -> assertThat(fault.lasts()).isLessThanOrEqualTo(Duration.ofSeconds(20)));
  }

  @Test
  void in_a_long_run_a_node_stands_still_for_longer_than_it_may() {
    assertThat(faults(2, true))
        .filteredOn(fault -> fault.kind() == Kind.PAUSE)
        .extracting(Fault::lasts)
        .contains(Duration.ofSeconds(40));
  }

  @Test
  void the_lanes_share_all_kinds_among_them() {
    EnumSet<Kind> kinds = EnumSet.copyOf(FaultPlan.SERVICE);
    kinds.addAll(FaultPlan.USERS);

    assertThat(kinds).containsExactlyInAnyOrder(Kind.values());
  }

  private static List<Fault> faults(long number, boolean lengthy) {
    FaultPlan plan =
        new FaultPlan(number, "test", FaultPlan.SERVICE, 3, WorkerPlace.usual(), lengthy);
    return Stream.generate(plan::next).limit(80).toList();
  }
}
