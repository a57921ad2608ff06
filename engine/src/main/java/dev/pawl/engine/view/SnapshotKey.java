package dev.pawl.engine.view;

import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.util.Comparator;

/** The place of a run in a snapshot: those created first come first. It never changes. */
public record SnapshotKey(Instant createdAt, RunId run) implements Comparable<SnapshotKey> {
  private static final Comparator<SnapshotKey> ORDER =
      Comparator.comparing(SnapshotKey::createdAt).thenComparing(key -> key.run().value());

  static SnapshotKey of(RunRow row) {
    return new SnapshotKey(row.createdAt(), row.id());
  }

  @Override
  public int compareTo(SnapshotKey other) {
    return ORDER.compare(this, other);
  }
}
