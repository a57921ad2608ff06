package dev.pawl.bench.history.evidence;

import dev.pawl.bench.history.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that was seen of the log of one (execution, fence). */
public final class Section {
  private final String execution;
  private final long fence;
  private final List<Log.Produced> produced = new ArrayList<>(0);
  private final List<Log.Stored> stored = new ArrayList<>(0);
  private Optional<Log.Section> end = Optional.empty();

  Section(String execution, long fence) {
    this.execution = execution;
    this.fence = fence;
  }

  public String execution() {
    return execution;
  }

  public long fence() {
    return fence;
  }

  /** What the work wrote, in its order. */
  public List<Log.Produced> produced() {
    return produced;
  }

  /** What is stored, as it was read. */
  public List<Log.Stored> stored() {
    return stored;
  }

  /** What is said of the whole, when it was asked for. */
  public Optional<Log.Section> end() {
    return end;
  }

  void end(Log.Section found) {
    end = Optional.of(found);
  }
}
