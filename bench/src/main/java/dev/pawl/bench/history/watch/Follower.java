package dev.pawl.bench.history.watch;

import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.Subscriber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far one subscriber has got with each entity, over all its subscriptions: what the next
 * message of an entity must be.
 *
 * <p>It goes back when the subscriber goes on with an older cursor than its newest.
 */
final class Follower {

  /** What is known of the place of the next message. */
  sealed interface Next {
    /** It must be this number. */
    record Exactly(long sequence) implements Next {}

    /** Any: the subscription began in the middle of the entity's life. */
    record Any() implements Next {}
  }

  /** One message and what was known of its entity before it. */
  private record Step(String entity, OptionalLong before) {}

  private final Map<String, Long> seen = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  /** Whether entities that were not seen yet begin with 1. */
  private boolean fromBirth;

  /** Whether runs that were not seen yet begin with 1: a snapshot shows all there were. */
  private boolean runsFromBirth;

  /** When the follower began to see everything; never before its first message. */
  private long since = Long.MAX_VALUE;

  /**
   * Opens the next subscription.
   *
   * @return false when it goes on with a cursor that this subscriber never got
   */
  boolean open(Subscriber.Stream stream) {
    return switch (stream.opened().from()) {
      case BEGINNING -> {
        begin(true, true);
        since = Long.MIN_VALUE;
        yield true;
      }
      case NOW -> {
        begin(false, false);
        yield true;
      }
      case SNAPSHOT -> {
        begin(false, true);
        yield true;
      }
      case CURSOR -> {
        Integer place = places.get(stream.opened().cursor());
        if (place == null) {
          yield false;
        }
        goBack(place);
        yield true;
      }
    };
  }

  private void begin(boolean birth, boolean runsBirth) {
    seen.clear();
    steps.clear();
    places.clear();
    fromBirth = birth;
    runsFromBirth = runsBirth;
    since = Long.MAX_VALUE;
  }

  private void goBack(int place) {
    while (steps.size() > place) {
      Step step = steps.removeLast();
      if (step.before().isPresent()) {
        seen.put(step.entity(), step.before().getAsLong());
      } else {
        seen.remove(step.entity());
      }
    }
  }

  /** What the next message of an entity must be. */
  Next next(String entity) {
    Long last = seen.get(entity);
    if (last != null) {
      return new Next.Exactly(last + 1);
    }
    return bornHere(entity) ? new Next.Exactly(1) : new Next.Any();
  }

  /** Whether every fact of an entity that was not seen yet must come. */
  private boolean bornHere(String entity) {
    return fromBirth || (runsFromBirth && Names.kind(entity).equals("run"));
  }

  /**
   * How far it has got with an entity; empty when nothing of it came and it may have begun before.
   */
  OptionalLong reached(String entity) {
    Long last = seen.get(entity);
    return last != null
        ? OptionalLong.of(last)
        : bornHere(entity) ? OptionalLong.of(0) : OptionalLong.empty();
  }

  /** From when on it sees every fact, whatever it is of. */
  long since() {
    return since;
  }

  /** Takes a message. */
  void take(Watch message) {
    switch (message) {
      case Watch.Delivered delivered -> {
        set(
            delivered.entity(),
            Math.max(delivered.sequence(), seen.getOrDefault(delivered.entity(), 0L)));
        at(delivered.cursor(), delivered.at());
      }
      case Watch.SnapshotRow row -> set(Names.RUN + row.run(), row.sequence());
      case Watch.SnapshotEnd end -> at(end.cursor(), end.at());
      case Watch.Bookmark bookmark -> at(bookmark.cursor(), bookmark.at());
      case Watch.Subscribed _, Watch.Closed _ -> {}
    }
  }

  /** Takes the end of a subscription: its cursor stands for the place that was reached. */
  void close(Optional<Watch.Closed> closed) {
    closed
        .map(Watch.Closed::cursor)
        .filter(cursor -> !cursor.isEmpty())
        .ifPresent(cursor -> places.putIfAbsent(cursor, steps.size()));
  }

  private void at(String cursor, long when) {
    since = Math.min(since, when);
    if (!cursor.isEmpty()) {
      places.put(cursor, steps.size());
    }
  }

  private void set(String entity, long sequence) {
    Long before = seen.put(entity, sequence);
    steps.add(new Step(entity, before == null ? OptionalLong.empty() : OptionalLong.of(before)));
  }
}
