package dev.pawl.engine.worker;

import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.worker.GroupMessage.Attach;
import dev.pawl.engine.worker.GroupMessage.Declined;
import dev.pawl.engine.worker.GroupMessage.Freed;
import dev.pawl.engine.worker.GroupMessage.Join;
import dev.pawl.engine.worker.GroupMessage.Leave;
import dev.pawl.engine.worker.GroupMessage.Own;
import dev.pawl.engine.worker.GroupMessage.Taken;
import dev.pawl.engine.worker.GroupMessage.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One worker group: who has a free slot, who waits for one. Nothing of it is stored: a group that
 * is born lets all nodes know, sessions join (again) with the leases that their workers hold, and
 * executions that wait ask (again).
 *
 * <p>A slot is busy from the offer on; so slots may be underfilled for a moment, never overfilled.
 * A group that hears of an earlier life offers nothing for a moment, until all who have a part in
 * that have spoken.
 */
public final class WorkerGroup extends AbstractBehavior<GroupMessage> {
  private static final Duration NEWS = Duration.ofSeconds(5);
  private static final Duration YOUNG = Duration.ofSeconds(5);
  private static final Duration SETTLING = Duration.ofSeconds(1);

  /** An offer that is not answered by then is one to an execution that is gone. */
  private static final Duration OFFER_STANDS = Duration.ofSeconds(10);

  private final TimerScheduler<GroupMessage> timers;
  private final InstantSource clock;
  private final BiConsumer<ExecutionId, LeaseNews> toExecution;
  private final Consumer<Boolean> lives;

  /** It may yet turn out that this group lived before. */
  private boolean young = true;

  /** It lived before, and not all who had a part in that may have spoken. */
  private boolean settling;

  private final WaitingLine waiting = new WaitingLine();
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Map<ExecutionId, Offered> offered = new HashMap<>();

  /** The leases of workers that are not connected, by worker. */
  private final Map<String, Map<ExecutionId, Attach>> attached = new HashMap<>();

  private long offers;

  private record Offered(long number, String worker, Instant at) {}

  /**
   * The behaviour of one group.
   *
   * @param toExecution tells an execution what became of its lease
   * @param lives lets all nodes know that the group lives, and whether it was just born
   */
  public static Behavior<GroupMessage> create(
      InstantSource clock,
      BiConsumer<ExecutionId, LeaseNews> toExecution,
      Consumer<Boolean> lives) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new WorkerGroup(context, timers, clock, toExecution, lives)));
  }

  private WorkerGroup(
      ActorContext<GroupMessage> context,
      TimerScheduler<GroupMessage> timers,
      InstantSource clock,
      BiConsumer<ExecutionId, LeaseNews> toExecution,
      Consumer<Boolean> lives) {
    super(context);
    this.timers = timers;
    this.clock = clock;
    this.toExecution = toExecution;
    this.lives = lives;
    lives.accept(true);
    timers.startTimerWithFixedDelay("news", new Own.NewsDue(), NEWS);
    timers.startSingleTimer("young", new Own.NoLongerYoung(), YOUNG);
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
          member(session, worker).ifPresent(WorkerGroup::drain);
      case Wait wait -> waits(wait);
      case GroupMessage.Withdraw(var execution) -> {
        waiting.remove(execution);
        dropOffer(execution);
      }
      case GroupMessage.Beat(var session, var worker, var held) ->
          member(session, worker)
              .ifPresentOrElse(
                  member -> beat(member, held), () -> session.tell(new SessionMessage.Rejoin()));
      case Taken taken -> taken(taken);
      case Declined(var execution, var offer) -> declined(execution, offer);
      case Freed(var execution, var fence, var worker) -> freed(execution, fence, worker);
      case Attach attach -> attach(attach);
      case GroupMessage.Describe(var replyTo) -> replyTo.tell(new GroupMessage.Members(rows()));
      case Own.NewsDue _ -> {
        lives.accept(false);
        withdrawOffers();
      }
      case Own.NoLongerYoung _ -> young = false;
      case Own.Settled _ -> {
        settling = false;
        List.copyOf(members.values()).forEach(this::fill);
      }
      case GroupMessage.DescribeLoad(var replyTo) -> replyTo.tell(load());
      case GroupMessage.DescribePlace(var execution, var only, var replyTo) ->
          replyTo.tell(place(execution, only));
    }
    return this;
  }

  /** There was a life of this group before, of which others know more. */
  private void recall() {
    if (young) {
      young = false;
      settling = true;
      timers.startSingleTimer("settled", new Own.Settled(), SETTLING);
    }
  }

  // Workers.

  private void join(Join join) {
    WorkerHello hello = join.hello();
    Member present = members.get(hello.workerId());
    if (present != null && present.session.equals(join.session())) {
      join.session().tell(new SessionMessage.Joined());
      reconcile(present, hello.held());
      return;
    }
    if (join.again() || !hello.held().isEmpty()) {
      recall();
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
    member.draining = join.draining();
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

  /**
   * What frees a slot can be lost with the node of who said it. A session that has other leases
   * than its slots are busy with, at one heartbeat after another, is asked which.
   */
  private void beat(Member member, int held) {
    member.heartbeatAt = clock.instant();
    boolean differs = held != member.busy.size();
    if (differs && member.differed) {
      member.session.tell(new SessionMessage.Rejoin());
    }
    member.differed = differs;
  }

  /**
   * Who has a lease that its worker has not sends it again, and who has not says so: then the slot
   * is free. Leases that are on their way to the worker just now come twice, which it knows.
   */
  private void reconcile(Member member, List<WorkerHello.Held> held) {
    held.forEach(
        lease -> {
          if (!member.busy.containsKey(lease.execution())) {
            occupy(member, lease.execution(), lease.fence());
            toExecution.accept(
                lease.execution(),
                new LeaseNews.Held(lease.fence(), member.hello.incarnation(), member.session));
          }
        });
    Map<ExecutionId, Long> unknown = new HashMap<>(member.busy);
    held.forEach(lease -> unknown.remove(lease.execution(), lease.fence()));
    unknown.forEach((execution, fence) -> sendAgain(member, execution, fence));
  }

  private static void drain(Member member) {
    member.draining = true;
    if (member.offered == 0 && member.owed.isEmpty()) {
      member.session.tell(new SessionMessage.Drained(member.leases()));
    }
  }

  private void leave(ActorRef<SessionMessage> session, String worker) {
    member(session, worker)
        .ifPresent(
            member -> {
              members.remove(worker);
              getContext().unwatch(session);
              member.owed.values().forEach(this::away);
              member.busy.forEach(
                  (execution, fence) ->
                      away(new Attach(execution, fence, worker, member.hello.incarnation())));
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
    recall();
    dropOffer(attach.execution());
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
    String incarnation = member.hello.incarnation();
    if (!incarnation.equals(attach.incarnation())) {
      toExecution.accept(attach.execution(), new LeaseNews.Gone(attach.fence(), incarnation));
    } else if (member.has(attach.execution(), attach.fence())) {
      toExecution.accept(
          attach.execution(), new LeaseNews.Held(attach.fence(), incarnation, member.session));
    } else if (member.room() > 0) {
      sendAgain(member, attach);
    } else {
      member.owed.put(attach.execution(), attach);
    }
  }

  private void sendAgain(Member member, Attach attach) {
    occupy(member, attach.execution(), attach.fence());
    sendAgain(member, attach.execution(), attach.fence());
  }

  private void sendAgain(Member member, ExecutionId execution, long fence) {
    toExecution.accept(
        execution, new LeaseNews.Missing(fence, member.hello.incarnation(), member.session));
  }

  // Executions that wait.

  private void waits(Wait wait) {
    Offered open = offered.get(wait.execution());
    if (open != null) {
      // It asks again: the offer, or the answer to it, was lost.
      Optional.ofNullable(members.get(open.worker()))
          .ifPresent(member -> tellOffer(wait, member, open.number()));
      return;
    }
    waiting.add(wait);
    choose(wait).ifPresent(member -> offer(wait, member));
  }

  private Optional<Member> choose(Wait wait) {
    if (settling) {
      return Optional.empty();
    }
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

  private void offer(Wait wait, Member member) {
    waiting.remove(wait.execution());
    offers++;
    member.offered++;
    offered.put(wait.execution(), new Offered(offers, member.hello.workerId(), clock.instant()));
    tellOffer(wait, member, offers);
  }

  private static void tellOffer(Wait wait, Member member, long number) {
    wait.replyTo()
        .tell(
            new Offer(number, member.session, member.hello.workerId(), member.hello.incarnation()));
  }

  /** The execution has no use for its offer, or has forgotten it. */
  private void dropOffer(ExecutionId execution) {
    Offered open = offered.get(execution);
    if (open != null) {
      declined(execution, open.number());
    }
  }

  /** An execution that lives asks again, and who has taken its offer all the same says so. */
  private void withdrawOffers() {
    Instant latest = clock.instant().minus(OFFER_STANDS);
    List<ExecutionId> silent = new ArrayList<>();
    offered.forEach(
        (execution, offer) -> {
          if (offer.at().isBefore(latest)) {
            silent.add(execution);
          }
        });
    silent.forEach(this::dropOffer);
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
            member -> occupy(member, taken.execution(), taken.fence()),
            () ->
                attach(
                    new Attach(
                        taken.execution(), taken.fence(), taken.worker(), taken.incarnation())));
  }

  /** A slot is busy; what the execution had under an older fence, here or elsewhere, is no more. */
  private void occupy(Member member, ExecutionId execution, long fence) {
    for (Member other : members.values()) {
      Long held = other.busy.get(execution);
      if (held != null && held < fence) {
        other.busy.remove(execution);
        if (!other.equals(member)) {
          fill(other);
        }
      }
    }
    member.busy.merge(execution, fence, Math::max);
  }

  private void declined(ExecutionId execution, long number) {
    settle(execution, number).ifPresent(this::fill);
  }

  private void freed(ExecutionId execution, long fence, String worker) {
    attached.computeIfPresent(
        worker,
        (_, asked) -> {
          asked.remove(execution);
          return asked.isEmpty() ? null : asked;
        });
    Member member = members.get(worker);
    if (member != null) {
      member.owed.remove(execution);
      if (member.busy.remove(execution, fence)) {
        fill(member);
      }
    }
  }

  /** Offers a worker's free slots to those that wait for it, then to those that wait for any. */
  private void fill(Member member) {
    while (member.room() > 0 && !member.owed.isEmpty()) {
      Attach next = member.owed.values().iterator().next();
      member.owed.remove(next.execution());
      sendAgain(member, next);
    }
    while (!settling && member.free() > 0) {
      Optional<Wait> next = waiting.next(member.hello.workerId());
      if (next.isEmpty()) {
        return;
      }
      offer(next.get(), member);
    }
  }

  private GroupLoad load() {
    List<Wait> all = waiting.all();
    return new GroupLoad(
        members.size(),
        (int) members.values().stream().filter(member -> member.draining).count(),
        members.values().stream().mapToInt(member -> member.hello.slots()).sum(),
        members.values().stream().mapToInt(Member::busy).sum(),
        all.size(),
        all.stream().map(Wait::since).min(Comparator.naturalOrder()));
  }

  private GroupPlace place(ExecutionId execution, Optional<String> only) {
    List<Member> takers =
        only.map(worker -> Optional.ofNullable(members.get(worker)).stream().toList())
            .orElseGet(() -> List.copyOf(members.values()));
    List<Member> open = takers.stream().filter(member -> !member.draining).toList();
    return new GroupPlace(
        takers.size(),
        takers.size() - open.size(),
        open.stream().mapToInt(member -> member.hello.slots()).sum(),
        open.stream().mapToInt(Member::busy).sum(),
        waiting.length(only),
        waiting.place(execution, only),
        offered.containsKey(execution),
        settling);
  }

  private List<WorkerRow> rows() {
    return members.values().stream().map(Member::row).toList();
  }
}
