package dev.pawl.engine.run;

import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import dev.pawl.engine.execution.Directive;
import dev.pawl.engine.execution.Directive.Order;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.execution.WorkSpec;
import dev.pawl.engine.run.RunEvent.StopReason;
import dev.pawl.engine.run.RunState.Live;
import dev.pawl.engine.run.RunState.Phase;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The executions of a live run that are released, by their places, with what each was told last and
 * where it stands: what follows from the journal and what the run hears, never stored.
 *
 * <p>At most {@link Plan#maxInFlight} are released at once, and of a task that is split at most as
 * many as it says; the others that are ready queue in the order in which they became so.
 */
final class Releases {
  private final RunId run;
  private final Plan plan;
  private Frontier frontier;
  private final Voice voice;
  private final Map<Integer, Release> released = new LinkedHashMap<>();
  private final Deque<Integer> queue = new ArrayDeque<>();
  private final BitSet told = new BitSet();
  private Order wanted = Order.GO;
  private int unconfirmed;
  private int atWork;
  private boolean recovered;

  /** Whether one was told to stop since all were last told what follows. */
  private boolean halting;

  /** Since a recovery: who may be at work is not known yet, and nothing begins before it is. */
  private boolean asking;

  /** How a directive gets to an execution. */
  interface Voice {
    /**
     * Tells it.
     *
     * @param first whether nobody has ever told this execution anything
     */
    void tell(ExecutionId execution, Directive directive, boolean first);
  }

  /** One released execution. */
  private static final class Release {
    long told;
    Optional<Standing> standing = Optional.empty();

    boolean confirmed() {
      return standing.filter(stood -> stood.revision() >= told).isPresent();
    }

    boolean atRest() {
      return confirmed() && standing.filter(Standing::atRest).isPresent();
    }

    boolean unbegun() {
      return atRest()
          && standing.filter(stood -> stood.status() == ExecutionStatus.READY).isPresent();
    }
  }

  /**
   * The releases of a run that was just created, went on after its end, or recovered: nothing is
   * known of them yet.
   */
  Releases(RunId run, Plan plan, Live live, Voice voice) {
    this.run = run;
    this.plan = plan;
    this.frontier =
        live.phase() instanceof Phase.RollingBack
            ? Frontier.backward(plan, live.steps())
            : Frontier.of(plan, live.steps());
    this.voice = voice;
    queue.addAll(frontier.open(live.steps()));
  }

  /** What the run wants of its executions while it stands so. */
  static Order order(Live live) {
    return switch (live.phase()) {
      case Phase.Running _ -> live.steps().anyFailed() ? Order.FINISH : Order.GO;
      case Phase.Pausing(var forced, _) -> forced ? Order.STOP : Order.HOLD;
      case Phase.Paused _ -> Order.HOLD;
      case Phase.Terminating _ -> Order.STOP;
      case Phase.RollingBack(var stopping) -> {
        if (stopping) {
          yield Order.STOP;
        }
        yield live.steps().rollbackFailedCount() > 0 ? Order.FINISH : Order.GO;
      }
    };
  }

  /** Counts what an event does to a run that was live before it. */
  void take(Live live, RunEvent event) {
    switch (event) {
      case RunEvent.StepsEnded(var ends) -> ended(live, ends);
      case RunEvent.StepPassed(var end, _) -> ended(live, List.of(end));
      case RunEvent.StepsUndone(var indexes) ->
          ended(
              live,
              indexes.stream()
                  .map(index -> live.steps().end(index))
                  .flatMap(Optional::stream)
                  .toList());
      case RunEvent.StepStopBegan(var index, _) -> halt(live, index);
      case RunEvent.StepRedone(var again) -> redone(live, again);
      case RunEvent.Continued(var again) -> reopened(again);
      case RunEvent.Reopened(var again) -> reopened(again);
      case RunEvent.Retried(var again) -> reopened(again);
      case RunEvent.Created _,
          RunEvent.PauseBegan _,
          RunEvent.Paused _,
          RunEvent.StopBegan _,
          RunEvent.Redone _,
          RunEvent.Passed _,
          RunEvent.RollbackBegan _,
          RunEvent.LockLost _,
          RunEvent.Ended _ -> {}
    }
  }

  /** Counts ends that were stored. */
  void ended(Live live, List<StepEnd> ends) {
    for (StepEnd end : ends) {
      forget(end.index());
    }
    frontier.advance(live.steps(), ends).stream()
        // One that had begun before a step that it needs was redone is at work.
        .filter(place -> !released.containsKey(place))
        .forEach(queue::addLast);
  }

  /** Counts executions that are open again; one whose needs have not succeeded waits for them. */
  void reopened(List<Again> again) {
    again.stream()
        .map(Again::index)
        .filter(frontier::ready)
        .filter(index -> !released.containsKey(index) && !queue.contains(index))
        .forEach(queue::addLast);
  }

  /** Counts a task that is done once more: who needs it and has not begun waits for it again. */
  private void redone(Live live, Again again) {
    frontier = Frontier.of(plan, live.steps());
    queue.removeIf(index -> !frontier.ready(index));
    List.copyOf(released.keySet()).stream()
        .filter(this::waitsAgain)
        .forEach(place -> tell(live, place));
    reopened(List.of(again));
  }

  /** Whether one that was released has to wait once more, as far as the run has heard. */
  private boolean waitsAgain(int place) {
    return !frontier.ready(place)
        && standing(place).filter(stood -> stood.status() != ExecutionStatus.READY).isEmpty();
  }

  /** Tells the execution of an open task to stop, whether that has been released or not. */
  private void halt(Live live, int index) {
    halting = true;
    queue.remove(index);
    if (!released.containsKey(index)) {
      add(index);
    }
    tell(live, index);
  }

  /**
   * The task that was told to stop, if its execution confirms that it never began, or not again.
   */
  Optional<Integer> unbegun(Live live, Standing standing) {
    return place(live, standing)
        .filter(index -> live.steps().halt(index).isPresent())
        .filter(this::unbegun);
  }

  private boolean unbegun(int index) {
    Release release = released.get(index);
    return release != null && release.unbegun();
  }

  /** Whether every execution that was told to stop has confirmed so. */
  boolean haltsConfirmed(Live live) {
    return live.steps().halting().stream()
        .allMatch(
            index -> {
              Release release = released.get(index);
              return release != null && release.confirmed();
            });
  }

  /**
   * Does what follows from a stored fact: tells the released executions what the run wants when
   * that changed, and releases what may be.
   *
   * @return whether any was told what somebody waits for it to confirm
   */
  boolean direct(Live live) {
    Order order = order(live);
    boolean changed = order != wanted;
    if (changed) {
      wanted = order;
      asking = false;
      if (order == Order.GO) {
        backToQueue(live);
        // Not all who were asked have said whether they are at work.
        asking = tooMany(released.keySet()) && !confirmed();
      } else if (recovered) {
        askAll(live);
      }
      refresh(live);
    }
    if (asking && confirmed()) {
      asked(live);
    } else if (!asking) {
      release(live);
    }
    boolean news = changed || halting;
    halting = false;
    return news;
  }

  /**
   * As {@link #direct}, after a recovery: tasks may be at work that the run has not heard of, so
   * before anything but GO all that could have been released are asked; before GO, too, when they
   * are more than may be in flight, since nobody knows which of them are. Asked in any case is who
   * waits for a step that is redone, and may have begun before it was.
   */
  void recover(Live live) {
    recovered = true;
    wanted = order(live);
    live.steps().halting().forEach(index -> halt(live, index));
    List<Integer> early = frontier.early(live.steps());
    asking = wanted == Order.GO && tooMany(Stream.concat(queue.stream(), early.stream()).toList());
    early.stream()
        .filter(place -> !released.containsKey(place))
        .forEach(place -> addAndTell(live, place));
    if (wanted == Order.GO && !asking) {
      release(live);
    } else {
      askAll(live);
    }
  }

  /** All who could be at work have said whether they are: the others wait for their turn. */
  private void asked(Live live) {
    asking = false;
    backToQueue(live);
    refresh(live);
    release(live);
  }

  /** What an execution is told now. */
  private Order telling(Live live, int index) {
    if (live.steps().halt(index).isPresent()) {
      return Order.STOP;
    }
    if (asking || waitsAgain(index)) {
      return Order.HOLD;
    }
    Order order = order(live);
    return order == Order.FINISH && live.steps().wanted(index) ? Order.GO : order;
  }

  /** Releases, in their order, those that may begin now. */
  private void release(Live live) {
    Order order = order(live);
    if (order != Order.GO && order != Order.FINISH) {
      return;
    }
    // Those that were only asked, since the run recovered, take nobody's place while nothing new
    // begins.
    int taken = order == Order.FINISH ? atWork : released.size();
    Map<Integer, Integer> room = new HashMap<>();
    Iterator<Integer> next = queue.iterator();
    List<Integer> beginning = new ArrayList<>();
    while (taken + beginning.size() < plan.maxInFlight() && next.hasNext()) {
      int index = next.next();
      if (telling(live, index) == Order.GO && takeRoom(index, order, room)) {
        next.remove();
        beginning.add(index);
      }
    }
    beginning.forEach(place -> addAndTell(live, place));
  }

  /**
   * Whether one more execution of a task may begin.
   *
   * @param room what is left of the limits of tasks that are split
   */
  private boolean takeRoom(int place, Order order, Map<Integer, Integer> room) {
    TaskPlan task = plan.task(place);
    OptionalInt most = parallel(task);
    if (most.isEmpty()) {
      return true;
    }
    int left =
        room.computeIfAbsent(task.index(), _ -> most.getAsInt() - taken(task.index(), order));
    room.put(task.index(), left - 1);
    return left > 0;
  }

  private int taken(int task, Order order) {
    return (int)
        released.entrySet().stream()
            .filter(entry -> plan.task(entry.getKey()).index() == task)
            .filter(entry -> order != Order.FINISH || !entry.getValue().atRest())
            .count();
  }

  private static OptionalInt parallel(TaskPlan task) {
    return task.each().map(EachPlan::parallel).orElse(OptionalInt.empty());
  }

  /** Whether so many may not be at work at once. */
  private boolean tooMany(Collection<Integer> places) {
    return places.size() > plan.maxInFlight()
        || above(places).values().stream().anyMatch(above -> above > 0);
  }

  /** By how many the executions of tasks that are split are above their limits. */
  private Map<Integer, Integer> above(Collection<Integer> places) {
    Map<Integer, Integer> above = new HashMap<>();
    for (int place : places) {
      TaskPlan task = plan.task(place);
      OptionalInt most = parallel(task);
      if (most.isPresent()) {
        above.merge(task.index(), 1, Integer::sum);
      }
    }
    above.replaceAll((task, count) -> count - parallel(plan.task(task)).orElseThrow());
    return above;
  }

  private void askAll(Live live) {
    while (!queue.isEmpty()) {
      addAndTell(live, queue.removeFirst());
    }
  }

  private void addAndTell(Live live, int place) {
    add(place);
    tell(live, place);
  }

  /** Those above the limit that have not begun wait for their turn again. */
  private void backToQueue(Live live) {
    int above = released.size() - plan.maxInFlight();
    Map<Integer, Integer> aboveOwn = above(released.keySet());
    List<Integer> back = new ArrayList<>();
    for (int place : List.copyOf(released.keySet()).reversed()) {
      int task = plan.task(place).index();
      boolean needless = back.size() < above || aboveOwn.getOrDefault(task, 0) > 0;
      if (needless && unbegun(place) && live.steps().halt(place).isEmpty()) {
        back.add(place);
        aboveOwn.computeIfPresent(task, (_, count) -> count - 1);
      }
    }
    for (int place : back) {
      forget(place);
      queue.addFirst(place);
    }
  }

  /** Tells those again that have not confirmed. */
  void repeat(Live live) {
    released.forEach(
        (index, release) -> {
          if (!release.confirmed()) {
            tell(live, index);
          }
        });
  }

  /** Tells all again: a standing may have been lost. */
  void refresh(Live live) {
    released.keySet().forEach(index -> tell(live, index));
  }

  private void tell(Live live, int index) {
    TaskPlan task = plan.task(index);
    long revision = live.trail().sequence();
    Release release = released.get(index);
    if (release == null) {
      throw new IllegalStateException("task %d is not released".formatted(index));
    }
    recount(release, () -> release.told = revision);
    boolean first = !recovered && live.trail().goes() == 0 && !told.get(index);
    told.set(index);
    voice.tell(
        new ExecutionId(run, task.name(), plan.execution(index)),
        new Directive(
            revision,
            telling(live, index),
            reason(live, index),
            Optional.of(spec(live, index)),
            live.steps().pastFence(index),
            live.trail().round() + live.steps().ownRounds(index),
            work(live, index)),
        first);
  }

  private Directive.Work work(Live live, int place) {
    TaskPlan task = plan.task(place);
    return live.steps()
        .why(place)
        .map(
            why ->
                switch (why) {
                  case UNDONE -> Directive.Work.UNDO;
                  case RETRIED ->
                      live.steps().undoneBefore(place)
                          ? Directive.Work.DO
                          : Directive.Work.UNDO_THEN_DO;
                  case PAUSED ->
                      task.undo().filter(UndoPlan::beforeRetry).isPresent()
                              && !live.steps().undoneBefore(task.index())
                          ? Directive.Work.UNDO_THEN_DO
                          : Directive.Work.DO;
                  case REDONE, STEP_REDONE -> Directive.Work.DO;
                })
        .orElse(Directive.Work.DO);
  }

  private static String reason(Live live, int index) {
    Optional<Steps.Halt> halt = live.steps().halt(index);
    if (halt.isPresent()) {
      return switch (halt.get()) {
        case TERMINATED -> StopReason.STOPPED.name();
        case PASSED -> RunEvent.Passed.REASON;
      };
    }
    return switch (live.phase()) {
      case Phase.Terminating(StopReason reason) -> reason.name();
      case Phase.Pausing(var forced, _) -> forced ? StepEnd.FORCED_PAUSE : "";
      case Phase.RollingBack(var stopping) -> stopping ? StopReason.STOPPED.name() : "";
      case Phase.Running _, Phase.Paused _ -> "";
    };
  }

  private WorkSpec spec(Live live, int place) {
    RunHeader header = live.header();
    TaskPlan task = plan.task(place);
    return new WorkSpec(
        header.project(),
        header.definitionHash(),
        task.index(),
        Inputs.of(plan, place, header.parameters(), live.steps()),
        header.traceparent());
  }

  /**
   * Takes in where an execution is. One that has begun though the run, since it recovered, did not
   * release it is taken for released.
   */
  void stood(Live live, Standing standing) {
    place(live, standing)
        .ifPresent(
            index -> {
              Release known = released.get(index);
              if (known == null && standing.status() != ExecutionStatus.READY) {
                queue.remove(index);
                known = add(index);
              }
              if (known != null) {
                Release release = known;
                boolean waited = waitsAgain(index);
                recount(release, () -> release.standing = Optional.of(standing));
                if (waited) {
                  heldOrBegun(live, index);
                }
              }
            });
    if (asking && confirmed()) {
      asked(live);
    }
  }

  /** One that had to wait again does so, or had begun before it heard that: then it goes on. */
  private void heldOrBegun(Live live, int place) {
    if (unbegun(place) && live.steps().halt(place).isEmpty()) {
      forget(place);
    } else if (!waitsAgain(place)) {
      tell(live, place);
    }
  }

  /** Tells one execution again what the run wants, when it does not follow the latest. */
  void remind(Live live, Standing standing) {
    place(live, standing)
        .filter(released::containsKey)
        .filter(index -> standing.revision() < told(index))
        .ifPresent(index -> tell(live, index));
  }

  private Optional<Integer> place(Live live, Standing standing) {
    return live.steps().splits().place(plan, standing.id());
  }

  private long told(int index) {
    Release release = released.get(index);
    return release == null ? 0 : release.told;
  }

  /** Whether every released execution follows the latest directive. */
  boolean confirmed() {
    return unconfirmed == 0;
  }

  /** Whether nothing is at work and, as told, nothing will be, once the tasks given have ended. */
  boolean quietWithout(List<StepEnd> ends) {
    if (recovered && wanted == Order.GO && !queue.isEmpty()) {
      // Not all that may be at work since before the recovery were asked.
      return false;
    }
    long ending =
        ends.stream()
            .mapToInt(StepEnd::index)
            .distinct()
            .filter(index -> isReleased(index) && !atRest(index))
            .count();
    return atWork == ending;
  }

  private boolean atRest(int index) {
    Release release = released.get(index);
    return release != null && release.atRest();
  }

  private Release add(int index) {
    Release release = new Release();
    released.put(index, release);
    unconfirmed++;
    atWork++;
    return release;
  }

  private void forget(int index) {
    Release release = released.remove(index);
    if (release != null) {
      unconfirmed -= release.confirmed() ? 0 : 1;
      atWork -= release.atRest() ? 0 : 1;
    }
  }

  /** Changes a release and keeps the counts: a run of 10,000 tasks asks for them at each word. */
  private void recount(Release release, Runnable change) {
    unconfirmed -= release.confirmed() ? 0 : 1;
    atWork -= release.atRest() ? 0 : 1;
    change.run();
    unconfirmed += release.confirmed() ? 0 : 1;
    atWork += release.atRest() ? 0 : 1;
  }

  int count() {
    return released.size();
  }

  /** Those that wait for their turn in this run, in their order. */
  List<Integer> waiting() {
    return List.copyOf(queue);
  }

  boolean isReleased(int index) {
    return released.containsKey(index);
  }

  /** Whether a task is released and, as far as the run has heard, may be at work. */
  boolean mayBeAtWork(int index) {
    return isReleased(index)
        && standing(index).filter(stood -> stood.status() == ExecutionStatus.READY).isEmpty();
  }

  boolean ready(int index) {
    return frontier.ready(index);
  }

  /** When executions that are released got their first lease, as far as the run has heard. */
  Stream<Instant> starts() {
    return released.values().stream()
        .flatMap(release -> release.standing.flatMap(Standing::startedAt).stream());
  }

  /** Where a released task's execution is, as far as the run has heard. */
  Optional<Standing> standing(int index) {
    Release release = released.get(index);
    return release == null ? Optional.empty() : release.standing;
  }
}
