package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.worker.GroupMessage.Attach;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** A connected worker as its group sees it: what its slots are busy with, and what it is owed. */
final class Member {
  final ActorRef<SessionMessage> session;
  final WorkerHello hello;
  final Instant connectedAt;

  /** The fence of the lease that each execution has here. */
  final Map<ExecutionId, Long> busy = new HashMap<>();

  /** Leases that it never got and that wait for a free slot to be sent again. */
  final Map<ExecutionId, Attach> owed = new LinkedHashMap<>();

  Instant heartbeatAt;
  int offered;
  boolean draining;

  /** At its last heartbeat its session knew of fewer leases or more. */
  boolean differed;

  Member(ActorRef<SessionMessage> session, WorkerHello hello, Instant connectedAt) {
    this.session = session;
    this.hello = hello;
    this.connectedAt = connectedAt;
    this.heartbeatAt = connectedAt;
    hello.held().forEach(held -> busy.merge(held.execution(), held.fence(), Math::max));
  }

  boolean has(ExecutionId execution, long fence) {
    Long held = busy.get(execution);
    return held != null && held == fence;
  }

  int busy() {
    return busy.size() + offered;
  }

  /** What it can take of the leases that it was given. */
  int room() {
    return hello.slots() - busy();
  }

  /** What it can be offered. */
  int free() {
    return draining ? 0 : room();
  }

  List<WorkerHello.Held> leases() {
    return busy.entrySet().stream()
        .map(lease -> new WorkerHello.Held(lease.getKey(), lease.getValue()))
        .toList();
  }

  /** As it is shown in lists. */
  WorkerRow row() {
    return new WorkerRow(
        hello.workerId(),
        hello.incarnation(),
        hello.group(),
        hello.slots(),
        busy(),
        hello.labels(),
        connectedAt,
        heartbeatAt,
        draining,
        hello.version());
  }
}
