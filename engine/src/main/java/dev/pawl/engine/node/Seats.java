package dev.pawl.engine.node;

import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;

/** Reads the members out of Pekko's view of the cluster. */
final class Seats {
  private Seats() {}

  /** The oldest first. */
  static List<Seat> of(CurrentClusterState state) {
    Set<Member> unreachable = state.getUnreachable();
    return StreamSupport.stream(state.getMembers().spliterator(), false)
        .sorted(Member.ageOrdering())
        .map(
            member ->
                new Seat(
                    hostPort(member.address()),
                    member.uniqueAddress().longUid(),
                    status(member.status()),
                    !unreachable.contains(member)))
        .toList();
  }

  static String hostPort(Address address) {
    return address.getHost().orElse("") + ":" + address.getPort().orElse(0);
  }

  private static NodeStatus status(MemberStatus status) {
    if (status.equals(MemberStatus.joining())) {
      return NodeStatus.JOINING;
    }
    if (status.equals(MemberStatus.weaklyUp())) {
      return NodeStatus.WEAKLY_UP;
    }
    if (status.equals(MemberStatus.up())) {
      return NodeStatus.UP;
    }
    if (status.equals(MemberStatus.exiting())) {
      return NodeStatus.EXITING;
    }
    if (status.equals(MemberStatus.down()) || status.equals(MemberStatus.removed())) {
      return NodeStatus.DOWN;
    }
    // What is left: it leaves, alone or with the whole cluster.
    return NodeStatus.LEAVING;
  }
}
