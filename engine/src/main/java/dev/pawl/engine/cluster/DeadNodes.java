package dev.pawl.engine.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds members that are dead and downs them: those whose lock is free <em>and</em> that cannot be
 * reached. Either alone is no death: a restart of PostgreSQL frees every lock, and a broken network
 * hides nodes that live.
 */
final class DeadNodes {
  private static final Logger log = LoggerFactory.getLogger(DeadNodes.class);

  /**
   * A node that lost its lock notices at its next look, which comes after half a second and takes
   * no more than two.
   */
  private static final Duration NOTICED = Duration.ofMillis(2_500);

  private static final Duration REACH = Duration.ofMillis(300);

  private final Cluster cluster;
  private final Map<Integer, Long> freeSince = new HashMap<>();

  DeadNodes(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Downs who is dead by what the table shows now. */
  void look(Connection connection, List<NodeTable.Row> rows) throws SQLException {
    Set<Integer> free = new HashSet<>();
    for (NodeTable.Row row : rows) {
      if (row.locked()) {
        continue;
      }
      Member member = member(row);
      if (member == null) {
        continue;
      }
      free.add(row.incarnation());
      long since = freeSince.computeIfAbsent(row.incarnation(), _ -> System.nanoTime());
      if (row.condemned()) {
        down(member);
      } else if (System.nanoTime() - since >= NOTICED.toNanos()
          && !reachable(member, row)
          && NodeTable.condemn(connection, row.incarnation())) {
        log.warn(
            "the node at {}:{} is dead: its lock is free and it cannot be reached",
            row.host(),
            row.port());
        down(member);
      }
    }
    freeSince.keySet().retainAll(free);
  }

  private @Nullable Member member(NodeTable.Row row) {
    Member self = cluster.selfMember();
    for (Member member : cluster.state().getMembers()) {
      if (!member.equals(self)
          && member.uniqueAddress().longUid() == row.uid()
          && member.status() != MemberStatus.down()
          && member.status() != MemberStatus.removed()) {
        return member;
      }
    }
    return null;
  }

  private void down(Member member) {
    Heartbeats.condemn(member.address());
    cluster.manager().tell(new Down(member.address()));
  }

  /**
   * Whether somebody is there: a process that was killed refuses, or what stands before it hangs
   * up.
   */
  private boolean reachable(Member member, NodeTable.Row row) {
    if (cluster.state().getUnreachable().contains(member)) {
      return false;
    }
    try (Socket socket = new Socket()) {
      int millis = (int) REACH.toMillis();
      socket.connect(new InetSocketAddress(row.host(), row.port()), millis);
      socket.setSoTimeout(millis);
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      // Nobody hung up. Where nobody answered at all, the failure detector decides.
      return true;
    } catch (IOException e) {
      log.debug("{}:{} cannot be reached", row.host(), row.port(), e);
      return false;
    }
  }
}
