package dev.pawl.engine.log;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The logs of one run on this node: how far each section is stored, and who reads live.
 *
 * <p>Sections are touched by the writer alone.
 */
final class LogHub {
  private static final int SECTIONS = 4_096;

  /** What is known of a section; what is not certain is read again before it is relied on. */
  private record Known(SectionState state, boolean certain) {}

  private final Map<LogKey, Known> sections = new HashMap<>();
  private final List<LogTail> tails = new CopyOnWriteArrayList<>();

  // Changed only while the entry of this hub is locked in the map of hubs.
  private int pending;
  private long usedAt;

  void enter(long now) {
    pending++;
    usedAt = now;
  }

  void leave(long now) {
    pending--;
    usedAt = now;
  }

  boolean idleSince(long then) {
    return pending == 0 && tails.isEmpty() && usedAt - then < 0;
  }

  void add(LogTail tail) {
    tails.add(tail);
  }

  void remove(LogTail tail) {
    tails.remove(tail);
  }

  /** Another node stored something that live readers here were not shown. */
  void missed() {
    tails.forEach(LogTail::lag);
  }

  boolean hasTails() {
    return !tails.isEmpty();
  }

  boolean knows(LogKey key) {
    Known known = sections.get(key);
    return known != null && known.certain();
  }

  /** The state of a section, if it is known and has a row. */
  Optional<SectionState> state(LogKey key) {
    Known known = sections.get(key);
    return known == null || !known.state().stored() ? Optional.empty() : Optional.of(known.state());
  }

  /** What the store says. Live readers missed what this hub did not know of. */
  void learn(LogKey key, SectionState state) {
    Known before = sections.put(key, new Known(state, true));
    if (before != null
        && (state.lines() > before.state().lines()
            || state.section().ended() != before.state().section().ended()
            || state.section().truncated() != before.state().section().truncated())) {
      tails.stream().filter(tail -> tail.wants(key)).forEach(LogTail::lag);
    }
  }

  /** The store has no such section. One that it had is gone for good, by retention. */
  void learnAbsence(LogKey key, SectionState none) {
    Known before = sections.get(key);
    SectionState state = before != null && before.state().stored() ? before.state().closed() : none;
    sections.put(key, new Known(state, true));
  }

  /** A write that would have led to this state may have been committed or not. */
  void doubt(LogKey key, SectionState attempted) {
    Known before = sections.get(key);
    sections.put(
        key,
        new Known(
            before == null ? SectionState.fresh(attempted.section()) : before.state(), false));
  }

  void committed(LogKey key, SectionState state) {
    sections.put(key, new Known(state.committed(), true));
    if (sections.size() > SECTIONS) {
      sections.values().removeIf(known -> known.certain() && known.state().section().ended());
    }
  }

  /** Hands a committed chunk to who reads live. */
  void show(LogChunk chunk) {
    for (LogTail tail : tails) {
      if (tail.wants(chunk.key())) {
        tail.offer(chunk);
      }
    }
  }
}
