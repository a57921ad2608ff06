package dev.pawl.bench.history.judge;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Manifest;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Watch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A valid history that is being made wrong in one place. */
final class Draft {
  /** Between the numbers of two rows of the journal there is room for others. */
  private static final long ROOM = 10;

  private final List<Observation> all;
  private Manifest manifest;

  Draft(History history) {
    this.manifest = history.manifest();
    this.all = new ArrayList<>(history.observations());
    all.replaceAll(
        observation ->
            observation instanceof Fact fact ? ordered(fact, fact.ordering() * ROOM) : observation);
  }

  History history() {
    return new History(manifest, all);
  }

  // Looking.

  <T> Stream<T> each(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast);
  }

  /** The first of this type that fits; the world must have one. */
  <T> T first(Class<T> type, Predicate<? super T> wanted) {
    return each(type)
        .filter(wanted)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the valid history has no " + type.getSimpleName() + " to make this of"));
  }

  Fact fact(Class<? extends Change> change, Predicate<Fact> wanted) {
    return first(Fact.class, fact -> change.isInstance(fact.change()) && wanted.test(fact));
  }

  /** The facts of an entity, by sequence. */
  List<Fact> journal(String entity) {
    return each(Fact.class)
        .filter(fact -> fact.entity().equals(entity))
        .sorted(Comparator.comparingLong(Fact::sequence))
        .toList();
  }

  Optional<Fact> at(String entity, long sequence) {
    return each(Fact.class)
        .filter(fact -> fact.entity().equals(entity) && fact.sequence() == sequence)
        .findFirst();
  }

  Fact before(Fact fact) {
    return at(fact.entity(), fact.sequence() - 1).orElseThrow();
  }

  Optional<Fact> after(Fact fact) {
    return at(fact.entity(), fact.sequence() + 1);
  }

  /** The facts of a run and of its executions. */
  Stream<Fact> family(String run) {
    return each(Fact.class)
        .filter(
            fact ->
                fact.entity().equals("run|" + run)
                    || fact.entity().startsWith("execution|" + run + "/"));
  }

  /** The id of the run that a fact belongs to. */
  static String run(Fact fact) {
    String bare = bare(fact);
    int slash = bare.indexOf('/');
    return slash < 0 ? bare : bare.substring(0, slash);
  }

  static String bare(Fact fact) {
    return fact.entity().substring(fact.entity().indexOf('|') + 1);
  }

  Definition definition(String run) {
    Change.RunCreated created = (Change.RunCreated) at("run|" + run, 1).orElseThrow().change();
    return first(Definition.class, graph -> graph.hash().equals(created.definitionHash()));
  }

  /** The operation that was answered OK and made this fact, and no other with its request id. */
  Optional<Call.Answered> answerTo(Fact fact) {
    if (!(fact.cause() instanceof Cause.Command command)) {
      return Optional.empty();
    }
    List<Call.Invoked> invoked =
        each(Call.Invoked.class)
            .filter(call -> call.requestId().equals(command.requestId()))
            .toList();
    return invoked.size() != 1
        ? Optional.empty()
        : each(Call.Answered.class)
            .filter(call -> call.operation().equals(invoked.getFirst().operation()))
            .findFirst();
  }

  Call.Invoked invoked(String operation) {
    return first(Call.Invoked.class, call -> call.operation().equals(operation));
  }

  /** What arrived in a stream. */
  List<Watch> stream(String subscription) {
    return each(Watch.class).filter(watch -> watch.subscription().equals(subscription)).toList();
  }

  // Changing.

  Draft with(UnaryOperator<Manifest> edit) {
    manifest = edit.apply(manifest);
    return this;
  }

  Draft minimum(String name, long least) {
    return with(
        made -> {
          Map<String, Long> minima = new HashMap<>(made.minima());
          minima.put(name, least);
          return new Manifest(
              made.version(),
              made.number(),
              made.program(),
              made.nodes(),
              made.begun(),
              made.ended(),
              made.faults(),
              made.settings(),
              minima);
        });
  }

  /** Puts one thing, or several, in the place of another. Who was shown a fact is shown the new. */
  Draft replace(Observation old, Observation... by) {
    if (old instanceof Fact before && by.length == 1 && by[0] instanceof Fact after) {
      show(before, after);
    }
    return swap(old, by);
  }

  private void show(Fact before, Fact after) {
    edit(
        Watch.Delivered.class,
        message ->
            message.entity().equals(before.entity())
                && message.sequence() == before.sequence()
                && message.shown().equals(before.shown()),
        message -> shown(message, message.sequence(), after.shown()));
  }

  private static Watch.Delivered shown(Watch.Delivered message, long sequence, String text) {
    return new Watch.Delivered(
        message.subscription(), message.at(), message.entity(), sequence, text, message.cursor());
  }

  private Draft swap(Observation old, Observation... by) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) == old) {
        all.remove(i);
        all.addAll(i, List.of(by));
        return this;
      }
    }
    throw new IllegalStateException("not in the history: " + old);
  }

  Draft remove(Observation old) {
    return swap(old);
  }

  Draft follow(Observation old, Observation more) {
    return swap(old, old, more);
  }

  Draft removeAll(Predicate<Observation> unwanted) {
    all.removeIf(unwanted);
    return this;
  }

  Draft add(Observation more) {
    all.add(more);
    return this;
  }

  <T extends Observation> Draft edit(
      Class<T> type, Predicate<? super T> wanted, UnaryOperator<T> edit) {
    all.replaceAll(
        observation ->
            type.isInstance(observation) && wanted.test(type.cast(observation))
                ? edit.apply(type.cast(observation))
                : observation);
    return this;
  }

  /**
   * Puts a fact behind another of its entity. All that follows moves up by one, for everybody who
   * was told of it, and all who were shown the one before are shown the new.
   */
  Draft insert(Fact before, Fact more) {
    shift(before.entity(), before.sequence(), 1);
    Fact placed = ordered(numbered(more, before.sequence() + 1), before.ordering() + 1);
    List<Watch.Delivered> messages =
        each(Watch.Delivered.class)
            .filter(
                message ->
                    message.entity().equals(before.entity())
                        && message.sequence() == before.sequence()
                        && !message.subscription().startsWith("choosy"))
            .toList();
    for (Watch.Delivered message : messages) {
      follow(message, shown(message, placed.sequence(), placed.shown()));
    }
    return follow(at(before.entity(), before.sequence()).orElseThrow(), placed);
  }

  /** Takes a fact out, as if it had never been, for everybody. */
  Draft erase(Fact gone) {
    remove(gone);
    removeAll(
        seen ->
            seen instanceof Watch.Delivered message
                && message.entity().equals(gone.entity())
                && message.sequence() == gone.sequence());
    shift(gone.entity(), gone.sequence(), -1);
    return this;
  }

  private void shift(String entity, long above, int by) {
    edit(
        Fact.class,
        fact -> fact.entity().equals(entity) && fact.sequence() > above,
        fact -> numbered(fact, fact.sequence() + by));
    edit(
        Watch.Delivered.class,
        message -> message.entity().equals(entity) && message.sequence() > above,
        message -> shown(message, message.sequence() + by, message.shown()));
    edit(
        Watch.SnapshotRow.class,
        row -> entity.equals("run|" + row.run()) && row.sequence() > above,
        row ->
            new Watch.SnapshotRow(
                row.subscription(), row.at(), row.run(), row.sequence() + by, row.state()));
    edit(
        Call.Answered.class,
        answer -> answer.entity().equals(entity) && answer.sequence() > above,
        answer ->
            new Call.Answered(
                answer.operation(),
                answer.at(),
                answer.entity(),
                answer.sequence() + by,
                answer.state(),
                answer.node()));
    edit(
        Call.Invoked.class,
        call ->
            call.entity().equals(entity)
                && (call.atLeast() > above || call.expectedVersion().orElse(0) > above),
        call ->
            new Call.Invoked(
                call.operation(),
                call.client(),
                call.at(),
                call.verb(),
                call.requestId(),
                call.entity(),
                call.bodyHash(),
                call.expectedVersion().isPresent()
                    ? OptionalLong.of(call.expectedVersion().getAsLong() + by)
                    : call.expectedVersion(),
                call.atLeast() > above ? call.atLeast() + by : call.atLeast()));
    edit(
        Final.Run.class,
        head -> entity.equals("run|" + head.run()) && head.sequence() > above,
        head -> new Final.Run(head.run(), head.sequence() + by, head.state(), head.reason()));
    edit(
        Final.Listed.class,
        head -> entity.equals("run|" + head.run()) && head.sequence() > above,
        head -> new Final.Listed(head.run(), head.sequence() + by, head.state()));
    edit(
        Final.RunRow.class,
        row -> entity.equals("run|" + row.run()) && row.sequence() > above,
        row ->
            new Final.RunRow(
                row.run(),
                row.definition(),
                row.definitionVersion(),
                row.definitionHash(),
                row.status(),
                row.ended(),
                row.reason(),
                row.endedAt(),
                row.total(),
                row.succeeded(),
                row.failed(),
                row.terminated(),
                row.skipped(),
                row.sequence() + by));
  }

  // Facts with one thing changed.

  static Fact numbered(Fact fact, long sequence) {
    return new Fact(
        fact.entity(),
        sequence,
        fact.epoch(),
        fact.xid(),
        fact.ordering(),
        fact.writer(),
        fact.at(),
        fact.before(),
        fact.after(),
        fact.cause(),
        fact.change());
  }

  static Fact ordered(Fact fact, long ordering) {
    return new Fact(
        fact.entity(),
        fact.sequence(),
        fact.epoch(),
        fact.xid(),
        ordering,
        fact.writer(),
        fact.at(),
        fact.before(),
        fact.after(),
        fact.cause(),
        fact.change());
  }

  static Fact timed(Fact fact, long at) {
    return new Fact(
        fact.entity(),
        fact.sequence(),
        fact.epoch(),
        fact.xid(),
        fact.ordering(),
        fact.writer(),
        at,
        fact.before(),
        fact.after(),
        fact.cause(),
        fact.change());
  }

  static Fact written(Fact fact, String writer) {
    return new Fact(
        fact.entity(),
        fact.sequence(),
        fact.epoch(),
        fact.xid(),
        fact.ordering(),
        writer,
        fact.at(),
        fact.before(),
        fact.after(),
        fact.cause(),
        fact.change());
  }

  static Fact caused(Fact fact, Cause cause) {
    return new Fact(
        fact.entity(),
        fact.sequence(),
        fact.epoch(),
        fact.xid(),
        fact.ordering(),
        fact.writer(),
        fact.at(),
        fact.before(),
        fact.after(),
        cause,
        fact.change());
  }

  static Fact changed(Fact fact, Change change) {
    return moved(fact, fact.before(), fact.after(), change);
  }

  static Fact moved(Fact fact, String before, String after, Change change) {
    return new Fact(
        fact.entity(),
        fact.sequence(),
        fact.epoch(),
        fact.xid(),
        fact.ordering(),
        fact.writer(),
        fact.at(),
        before,
        after,
        fact.cause(),
        change);
  }

  static Change.Leased lease(Fact fact) {
    return (Change.Leased) fact.change();
  }

  static Change.Leased lease(Change.Leased lease, long fence, int attempt) {
    return new Change.Leased(
        fence,
        lease.round(),
        attempt,
        lease.operation(),
        lease.worker(),
        lease.incarnation(),
        lease.definitionHash(),
        lease.taskIndex(),
        lease.inputsHash());
  }

  /** An OK of a new operation. */
  Draft operation(
      String operation,
      String requestId,
      Call.Verb verb,
      String entity,
      long at,
      long sequence,
      String state) {
    add(
        new Call.Invoked(
            operation, "c9", at, verb, requestId, entity, verb.name(), OptionalLong.empty(), 0));
    return add(new Call.Answered(operation, at + 1_000, entity, sequence, state, "node-1"));
  }
}
