package dev.pawl.engine.journal;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** What a node's journal has stored since the node began. */
public final class JournalCounts {
  private final LongAdder commits = new LongAdder();
  private final LongAdder facts = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  void committed(int stored, long took) {
    commits.increment();
    facts.add(stored);
    nanos.add(took);
  }

  public long commits() {
    return commits.sum();
  }

  public long facts() {
    return facts.sum();
  }

  /** What all commits took together, statement included. */
  public Duration duration() {
    return Duration.ofNanos(nanos.sum());
  }
}
