package dev.pawl.engine.worker;

import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.worker.GroupMessage.Attach;
import dev.pawl.engine.worker.GroupMessage.Declined;
import dev.pawl.engine.worker.GroupMessage.Freed;
import dev.pawl.engine.worker.GroupMessage.Join;
import dev.pawl.engine.worker.GroupMessage.Leave;
import dev.pawl.engine.worker.GroupMessage.Taken;
import dev.pawl.engine.worker.GroupMessage.Wait;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * One worker group: who has a free slot, who waits for one. Nothing of it is stored: after a move
 * workers connect again with the leases that they hold, and waiting executions ask again.
 *
 * <p>A slot is busy from the offer on; so slots may be underfilled for a moment, never overfilled.
 */
public final class WorkerGroup extends AbstractBehavior<GroupMessage> {
  private final InstantSource clock;
  private final BiConsumer<ExecutionId, LeaseNews> toExecution;

  /** Those that wait, oldest first. */
  private final Map<ExecutionId, Wait> waiting = new LinkedHashMap<>();

  /** Those of {@link #waiting} that may go to one worker only. */
  private final Map<String, Set<ExecutionId>> reserved = new HashMap<>();

  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Map<ExecutionId, Offered> offered = new HashMap<>();

  /** The leases of workers that are not connected, by worker. */
  private final Map<String, Map<ExecutionId, Attach>> attached = new HashMap<>();

  private long offers;

  private record Offered(long number, String worker) {}

  private record Slot(ExecutionId execution, long fence) {}

  /** A connected worker. */
  private static final class Member {
    final ActorRef<SessionMessage> session;
    final WorkerHello hello;
    final Instant connectedAt;
    final Set<Slot> busy = new HashSet<>();
    Instant heartbeatAt;
    int offered;
    boolean draining;

    Member(ActorRef<SessionMessage> session, WorkerHello hello, Instant connectedAt) {
      this.session = session;
      this.hello = hello;
      this.connectedAt = connectedAt;
      this.heartbeatAt = connectedAt;
      hello.held().forEach(held -> busy.add(new Slot(held.execution(), held.fence())));
    }

    int free() {
      return draining ? 0 : hello.slots() - busy.size() - offered;
    }
  }

  /**
   * The behaviour of one group.
   *
   * @param toExecution tells an execution what became of its lease
   */
  public static Behavior<GroupMessage> create(
      InstantSource clock, BiConsumer<ExecutionId, LeaseNews> toExecution) {
    return Behaviors.setup(context -> new WorkerGroup(context, clock, toExecution));
  }

  private WorkerGroup(
      ActorContext<GroupMessage> context,
      InstantSource clock,
      BiConsumer<ExecutionId, LeaseNews> toExecution) {
    super(context);
    this.clock = clock;
    this.toExecution = toExecution;
  }

  @Override
  public Receive<GroupMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(GroupMessage.class, this::receive)
        .onSignal(Terminated.class, this::sessionEnded)
        .build();
  }

  private Behavior<GroupMessage> receive(GroupMessage message) {
    switch (message) {
      case Join join -> join(join);
      case Leave(var session, var worker) -> leave(session, worker);
      case GroupMessage.Drain(var session, var worker) ->
          member(session, worker).ifPresent(member -> member.draining = true);
      case Wait wait -> waits(wait);
      case GroupMessage.Withdraw(var execution) -> withdraw(execution);
      case GroupMessage.Beat(var session, var worker) ->
          member(session, worker).ifPresent(member -> member.heartbeatAt = clock.instant());
      case Taken taken -> taken(taken);
      case Declined(var execution, var offer) -> declined(execution, offer);
      case Freed(var execution, var fence, var worker) -> freed(execution, fence, worker);
      case Attach attach -> attach(attach);
      case GroupMessage.Describe(var replyTo) -> replyTo.tell(new GroupMessage.Members(rows()));
    }
    return this;
  }

  // Workers.

  private void join(Join join) {
    WorkerHello hello = join.hello();
    Member present = members.get(hello.workerId());
    if (present != null && present.session.equals(join.session())) {
      join.session().tell(new SessionMessage.Joined());
      return;
    }
    if (present != null && !present.hello.incarnation().equals(hello.incarnation())) {
      join.session()
          .tell(
              new SessionMessage.Refused(
                  "worker id %s is in use by a live worker since %s; choose another id or stop that one"
                      .formatted(hello.workerId(), present.connectedAt)));
      return;
    }
    if (present != null) {
      leave(present.session, hello.workerId());
    }
    Member member = new Member(join.session(), hello, clock.instant());
    members.put(hello.workerId(), member);
    getContext().watch(join.session());
    join.session().tell(new SessionMessage.Joined());
    hello
        .held()
        .forEach(
            held ->
                toExecution.accept(
                    held.execution(),
                    new LeaseNews.Held(held.fence(), hello.incarnation(), join.session())));
    Map<ExecutionId, Attach> asked = attached.remove(hello.workerId());
    if (asked != null) {
      asked.values().forEach(attach -> answer(member, attach));
    }
    fill(member);
  }

  private void leave(ActorRef<SessionMessage> session, String worker) {
    member(session, worker)
        .ifPresent(
            member -> {
              members.remove(worker);
              getContext().unwatch(session);
              member.busy.forEach(
                  slot ->
                      away(
                          new Attach(
                              slot.execution(), slot.fence(), worker, member.hello.incarnation())));
              List<ExecutionId> back = new ArrayList<>();
              offered.forEach(
                  (execution, offer) -> {
                    if (offer.worker().equals(worker)) {
                      back.add(execution);
                    }
                  });
              back.forEach(offered::remove);
            });
  }

  private Behavior<GroupMessage> sessionEnded(Terminated ended) {
    List<Member> gone =
        members.values().stream().filter(member -> member.session.equals(ended.getRef())).toList();
    gone.forEach(member -> leave(member.session, member.hello.workerId()));
    return this;
  }

  private Optional<Member> member(ActorRef<SessionMessage> session, String worker) {
    return Optional.ofNullable(members.get(worker))
        .filter(member -> member.session.equals(session));
  }

  private void attach(Attach attach) {
    Member member = members.get(attach.worker());
    if (member == null) {
      away(attach);
    } else {
      answer(member, attach);
    }
  }

  private void away(Attach attach) {
    attached.computeIfAbsent(attach.worker(), _ -> new HashMap<>()).put(attach.execution(), attach);
  }

  private void answer(Member member, Attach attach) {
    Slot slot = new Slot(attach.execution(), attach.fence());
    String incarnation = member.hello.incarnation();
    if (!incarnation.equals(attach.incarnation())) {
      toExecution.accept(attach.execution(), new LeaseNews.Gone(attach.fence(), incarnation));
    } else if (member.busy.contains(slot)) {
      toExecution.accept(
          attach.execution(), new LeaseNews.Held(attach.fence(), incarnation, member.session));
    } else {
      member.busy.add(slot);
      toExecution.accept(
          attach.execution(), new LeaseNews.Missing(attach.fence(), incarnation, member.session));
    }
  }

  // Executions that wait.

  private void waits(Wait wait) {
    if (offered.containsKey(wait.execution())) {
      return;
    }
    waiting.put(wait.execution(), wait);
    if (wait.placement() instanceof Placement.Only(var worker)) {
      reserved.computeIfAbsent(worker, _ -> new LinkedHashSet<>()).add(wait.execution());
    }
    choose(wait).ifPresent(member -> offer(wait, member));
  }

  private Optional<Member> choose(Wait wait) {
    return switch (wait.placement()) {
      case Placement.Any _ -> freest();
      case Placement.Prefer(var worker) -> free(worker).or(this::freest);
      case Placement.Only(var worker) -> free(worker);
    };
  }

  private Optional<Member> free(String worker) {
    return Optional.ofNullable(members.get(worker)).filter(member -> member.free() > 0);
  }

  private Optional<Member> freest() {
    return members.values().stream()
        .filter(member -> member.free() > 0)
        .max(Comparator.comparingInt(Member::free));
  }

  private void withdraw(ExecutionId execution) {
    Wait wait = waiting.remove(execution);
    if (wait != null && wait.placement() instanceof Placement.Only(var worker)) {
      Set<ExecutionId> queue = reserved.get(worker);
      if (queue != null) {
        queue.remove(execution);
      }
    }
  }

  private void offer(Wait wait, Member member) {
    withdraw(wait.execution());
    offers++;
    member.offered++;
    offered.put(wait.execution(), new Offered(offers, member.hello.workerId()));
    wait.replyTo()
        .tell(
            new Offer(offers, member.session, member.hello.workerId(), member.hello.incarnation()));
  }

  private Optional<Member> settle(ExecutionId execution, long number) {
    Offered offer = offered.get(execution);
    if (offer == null || offer.number() != number) {
      return Optional.empty();
    }
    offered.remove(execution);
    Member member = members.get(offer.worker());
    if (member != null) {
      member.offered--;
    }
    return Optional.ofNullable(member);
  }

  private void taken(Taken taken) {
    settle(taken.execution(), taken.offer())
        .ifPresentOrElse(
            member -> member.busy.add(new Slot(taken.execution(), taken.fence())),
            () ->
                attach(
                    new Attach(
                        taken.execution(), taken.fence(), taken.worker(), taken.incarnation())));
  }

  private void declined(ExecutionId execution, long number) {
    settle(execution, number).ifPresent(this::fill);
  }

  private void freed(ExecutionId execution, long fence, String worker) {
    Map<ExecutionId, Attach> asked = attached.get(worker);
    if (asked != null) {
      asked.remove(execution);
    }
    Member member = members.get(worker);
    if (member != null && member.busy.remove(new Slot(execution, fence))) {
      fill(member);
    }
  }

  /** Offers a worker's free slots to those that wait for it, then to those that wait for any. */
  private void fill(Member member) {
    while (member.free() > 0) {
      Optional<Wait> next = next(member.hello.workerId());
      if (next.isEmpty()) {
        return;
      }
      offer(next.get(), member);
    }
  }

  private Optional<Wait> next(String worker) {
    Set<ExecutionId> own = reserved.get(worker);
    if (own != null && !own.isEmpty()) {
      return Optional.ofNullable(waiting.get(own.iterator().next()));
    }
    return waiting.values().stream()
        .filter(wait -> !(wait.placement() instanceof Placement.Only))
        .findFirst();
  }

  private List<WorkerRow> rows() {
    return members.values().stream()
        .map(
            member ->
                new WorkerRow(
                    member.hello.workerId(),
                    member.hello.incarnation(),
                    member.hello.group(),
                    member.hello.slots(),
                    member.busy.size() + member.offered,
                    member.hello.labels(),
                    member.connectedAt,
                    member.heartbeatAt,
                    member.draining,
                    member.hello.version()))
        .toList();
  }
}
