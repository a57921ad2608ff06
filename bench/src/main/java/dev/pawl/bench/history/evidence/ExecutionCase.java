package dev.pawl.bench.history.evidence;

import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Effect;
import dev.pawl.bench.history.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that was seen of one execution. */
public final class ExecutionCase {
  private final String id;
  private final EntityJournal journal;
  private final List<Work.OfLease> work = new ArrayList<>(0);
  private final List<Effect> effects = new ArrayList<>(0);
  private Optional<Definition.Task> task = Optional.empty();

  ExecutionCase(String id) {
    this.id = id;
    this.journal = new EntityJournal(Names.EXECUTION + id, new ArrayList<>(4));
  }

  /** {@code RUN/task/0}. */
  public String id() {
    return id;
  }

  /** As the journal names it. */
  public String entity() {
    return journal.entity();
  }

  public EntityJournal journal() {
    return journal;
  }

  /** What workers saw and did, by time. */
  public List<Work.OfLease> work() {
    return work;
  }

  /** What the outside ledger was asked, by time. */
  public List<Effect> effects() {
    return effects;
  }

  /** The task that it executes, when the definition is known and has it. */
  public Optional<Definition.Task> task() {
    return task;
  }

  void settle(Optional<Definition.Task> found) {
    task = found;
  }
}
