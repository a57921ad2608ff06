package dev.pawl.engine.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.feed.FeedPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeRowTest {
  private static final Seat OLD = new Seat("10.0.0.1:25520", 1, NodeStatus.UP, true);
  private static final Seat YOUNG = new Seat("10.0.0.2:25520", 2, NodeStatus.UP, true);

  @Test
  void each_report_stands_with_its_node_whatever_the_order_of_answers() {
    List<NodeRow> rows = NodeRow.join(List.of(OLD, YOUNG), List.of(report(2), report(1)));

    assertThat(rows).extracting(NodeRow::seat).containsExactly(OLD, YOUNG);
    assertThat(rows).extracting(row -> row.report().orElseThrow().uid()).containsExactly(1L, 2L);
    assertThat(rows).extracting(NodeRow::oldest).containsExactly(true, false);
  }

  @Test
  void a_node_that_did_not_answer_is_listed_without_a_report() {
    Seat silent = new Seat("10.0.0.2:25520", 2, NodeStatus.UP, false);

    List<NodeRow> rows = NodeRow.join(List.of(OLD, silent), List.of(report(1)));

    assertThat(rows.getLast()).isEqualTo(new NodeRow(silent, false, Optional.empty()));
  }

  @Test
  void the_report_of_a_predecessor_at_the_same_address_is_not_taken_for_its_successor() {
    Seat successor = new Seat(OLD.address(), 9, NodeStatus.JOINING, true);

    List<NodeRow> rows = NodeRow.join(List.of(YOUNG, successor), List.of(report(1), report(2)));

    assertThat(rows.getLast().report()).isEmpty();
  }

  @Test
  void the_oldest_is_the_first_that_has_come_up_and_not_gone() {
    Seat down = new Seat("10.0.0.1:25520", 1, NodeStatus.DOWN, false);
    Seat exiting = new Seat("10.0.0.3:25520", 3, NodeStatus.EXITING, true);
    Seat leaving = new Seat("10.0.0.4:25520", 4, NodeStatus.LEAVING, true);

    assertThat(NodeRow.join(List.of(down, exiting, leaving, YOUNG), List.of()))
        .filteredOn(NodeRow::oldest)
        .extracting(NodeRow::seat)
        .containsExactly(leaving);
    assertThat(
            NodeRow.join(
                List.of(new Seat("10.0.0.5:25520", 5, NodeStatus.JOINING, true)), List.of()))
        .noneMatch(NodeRow::oldest);
  }

  static NodeReport report(long uid) {
    return new NodeReport(
        uid,
        Instant.EPOCH,
        Map.of("run", new EntityLoad(3, 7)),
        Map.of(),
        new FeedLoad(FeedPosition.BEGINNING, Duration.ZERO, Optional.empty()),
        new ViewLoad(true, Optional.empty()),
        true,
        List.of(),
        0,
        0,
        Optional.empty());
  }
}
