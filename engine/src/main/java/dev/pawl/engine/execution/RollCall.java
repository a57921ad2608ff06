package dev.pawl.engine.execution;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The executions of this node that have a part in a worker group: those that wait for a slot, and
 * those whose lease fills one. A group that was born again knows none of them: they are told to
 * speak up, and need not find out by themselves.
 */
public final class RollCall {
  private final ConcurrentMap<String, Set<ActorRef<ExecutionMessage>>> byGroup =
      new ConcurrentHashMap<>();

  void enter(String group, ActorRef<ExecutionMessage> execution) {
    byGroup.computeIfAbsent(group, _ -> ConcurrentHashMap.newKeySet()).add(execution);
  }

  void leave(String group, ActorRef<ExecutionMessage> execution) {
    Set<ActorRef<ExecutionMessage>> all = byGroup.get(group);
    if (all != null) {
      all.remove(execution);
    }
  }

  /** Lets all who have a part in this group tell it. */
  public void call(String group) {
    byGroup
        .getOrDefault(group, Set.of())
        .forEach(execution -> execution.tell(new ExecutionMessage.Own.GroupBorn()));
  }
}
