package dev.pawl.engine.cluster;

import dev.pawl.engine.journal.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node becomes a member: it joins those that live, as the table of nodes names them; when
 * there are none, the holder of one lock forms a cluster, so that there are never two.
 *
 * <p>A member that lives and cannot be reached is no reason to form another: the node waits.
 */
final class Formation {
  private static final Logger log = LoggerFactory.getLogger(Formation.class);

  private static final String OPTIONS = "-c statement_timeout=4000 -c lock_timeout=2000";
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(3);
  private static final Duration FORMED_WITHIN = Duration.ofSeconds(10);

  private final Cluster cluster;
  private final Database database;
  private final int incarnation;
  private final BooleanSupplier member;
  private long askedAt;
  private List<NodeTable.Row> asked = List.of();

  /**
   * The formation of one life of a node.
   *
   * @param member whether it is a member
   */
  Formation(Cluster cluster, Database database, int incarnation, BooleanSupplier member) {
    this.member = member;
    this.cluster = cluster;
    this.database = database;
    this.incarnation = incarnation;
  }

  /**
   * Joins, and returns as a member.
   *
   * @param seeds to join instead of those in the table; mostly none
   * @throws IllegalStateException when that takes longer than the patience; it says why
   */
  void join(List<Address> seeds, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    if (!seeds.isEmpty()) {
      cluster.manager().tell(new JoinSeedNodes(seeds));
    }
    String trouble = "nobody answered";
    while (System.nanoTime() < deadline) {
      try (Connection connection = database.own("formation", OPTIONS, ANSWER)) {
        while (System.nanoTime() < deadline) {
          if (seeds.isEmpty() && !isMember()) {
            findOrForm(connection);
          }
          if (isMember()) {
            NodeTable.joined(connection, incarnation);
            return;
          }
          pause(LOOK_AGAIN);
        }
      } catch (SQLException e) {
        trouble = e.getMessage();
        log.debug("the table of nodes cannot be read, trying again", e);
        pause(LOOK_AGAIN);
      }
    }
    throw new IllegalStateException(
        "the node did not become a member of its cluster within %d s (asked %s): %s"
            .formatted(
                patience.toSeconds(), seeds.isEmpty() ? names(asked) : seeds.toString(), trouble));
  }

  private static void pause(Duration pause) {
    LockSupport.parkNanos(pause.toNanos());
  }

  private static String names(List<NodeTable.Row> rows) {
    return rows.isEmpty()
        ? "nobody"
        : rows.stream().map(row -> row.host() + ":" + row.port()).collect(Collectors.joining(", "));
  }

  private boolean isMember() {
    return member.getAsBoolean();
  }

  private void findOrForm(Connection connection) throws SQLException {
    List<NodeTable.Row> members = members(connection);
    if (!members.isEmpty()) {
      ask(members);
    } else if (NodeTable.lockFormation(connection)) {
      try {
        if (members(connection).isEmpty()) {
          form(connection);
        }
      } finally {
        NodeTable.unlockFormation(connection);
      }
    }
  }

  private List<NodeTable.Row> members(Connection connection) throws SQLException {
    return NodeTable.look(connection).stream()
        .filter(row -> row.incarnation() != incarnation)
        .filter(row -> row.member() && row.locked() && !row.condemned())
        .toList();
  }

  private void ask(List<NodeTable.Row> members) {
    long now = System.nanoTime();
    if (!members.equals(asked) || now - askedAt > ASK_AGAIN.toNanos()) {
      if (!members.equals(asked)) {
        log.info("joining {}", names(members));
      }
      asked = members;
      askedAt = now;
      cluster
          .manager()
          .tell(
              new JoinSeedNodes(
                  members.stream().map(row -> address(row.host(), row.port())).toList()));
    }
  }

  private Address address(String host, int port) {
    Address self = cluster.selfMember().address();
    return new Address(self.protocol(), self.system(), host, port);
  }

  /** Forms a cluster. Former members that still believe in theirs have lost it. */
  private void form(Connection connection) throws SQLException {
    for (NodeTable.Row row : NodeTable.look(connection)) {
      if (row.incarnation() != incarnation && row.member() && !row.locked() && !row.condemned()) {
        NodeTable.condemn(connection, row.incarnation());
      }
    }
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    long deadline = System.nanoTime() + FORMED_WITHIN.toNanos();
    while (!isMember() && System.nanoTime() < deadline) {
      pause(Duration.ofNanos(TimeUnit.MILLISECONDS.toNanos(5)));
    }
    if (isMember()) {
      NodeTable.joined(connection, incarnation);
    }
  }
}
