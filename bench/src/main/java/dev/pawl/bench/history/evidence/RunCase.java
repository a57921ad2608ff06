package dev.pawl.bench.history.evidence;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Final;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that was seen of one run and of its executions. */
public final class RunCase {
  private final String id;
  private final EntityJournal journal;
  private final Map<String, ExecutionCase> executions = new LinkedHashMap<>();
  private final List<Operation> operations = new ArrayList<>(1);
  private final List<Final> finals = new ArrayList<>(0);
  private Optional<Definition> definition = Optional.empty();

  RunCase(String id) {
    this.id = id;
    this.journal = new EntityJournal(Names.RUN + id, new ArrayList<>(6));
  }

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

  public Collection<ExecutionCase> executions() {
    return executions.values();
  }

  /** The execution of a task, by {@code RUN/task/0}. */
  public Optional<ExecutionCase> execution(String execution) {
    return Optional.ofNullable(executions.get(execution));
  }

  ExecutionCase executionOf(String execution) {
    return executions.computeIfAbsent(execution, ExecutionCase::new);
  }

  /** Those that name it, in the order in which they were invoked. */
  public List<Operation> operations() {
    return operations;
  }

  /** What was found of it in the end. */
  public List<Final> finals() {
    return finals;
  }

  /** The definition that it pinned, when the history has it. */
  public Optional<Definition> definition() {
    return definition;
  }

  /** How its tasks ended and were opened again. */
  public StepTurns turns() {
    return StepTurns.of(this);
  }

  /** Its beginning. */
  public Optional<Change.RunCreated> created() {
    return journal.facts().stream()
        .map(Fact::change)
        .filter(Change.RunCreated.class::isInstance)
        .map(Change.RunCreated.class::cast)
        .findFirst();
  }

  void settle(Optional<Definition> found) {
    definition = found;
    for (ExecutionCase execution : executions.values()) {
      String name = Names.task(execution.id());
      execution.settle(
          found.flatMap(
              graph ->
                  graph.tasks().stream().filter(task -> task.name().equals(name)).findFirst()));
    }
  }
}
