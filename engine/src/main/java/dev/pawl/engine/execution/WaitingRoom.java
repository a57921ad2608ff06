package dev.pawl.engine.execution;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The executions of this node that wait for a slot, by group. A group that was born again knows
 * none of them: they are told to ask it again, and need not find out by themselves.
 */
public final class WaitingRoom {
  private final ConcurrentMap<String, Set<ActorRef<ExecutionMessage>>> byGroup =
      new ConcurrentHashMap<>();

  void enter(String group, ActorRef<ExecutionMessage> execution) {
    byGroup.computeIfAbsent(group, _ -> ConcurrentHashMap.newKeySet()).add(execution);
  }

  void leave(String group, ActorRef<ExecutionMessage> execution) {
    Set<ActorRef<ExecutionMessage>> waiting = byGroup.get(group);
    if (waiting != null) {
      waiting.remove(execution);
    }
  }

  /** Lets all who wait for a slot of this group ask for it again. */
  public void askAgain(String group) {
    byGroup
        .getOrDefault(group, Set.of())
        .forEach(execution -> execution.tell(new ExecutionMessage.Own.WaitDue()));
  }
}
