package dev.pawl.engine.audit;

import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Fact;
import dev.pawl.engine.run.RunEvent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The commands that a batch of facts tells of: one row each, however many facts it made. */
public final class AuditFold {
  private final Map<Key, AuditRow> rows = new LinkedHashMap<>();

  private record Key(String entity, String key) {}

  /** Takes a fact in, in the order of the feed. */
  public void add(FeedEntry entry) {
    switch (entry) {
      case FeedEntry.OfRun run ->
          add(
              run.header().project(),
              "projects/" + run.header().project() + "/runs/" + run.id().value(),
              run.fact(),
              run.fact().event() instanceof RunEvent.Created
                  ? "StartRun"
                  : run.fact().event().getClass().getSimpleName());
      case FeedEntry.OfDefinition definition ->
          add(
              definition.id().project(),
              definition.id().resourceName(),
              definition.fact(),
              definition.fact().event().getClass().getSimpleName());
      case FeedEntry.OfLock lock ->
          add(
              lock.id().project(),
              "projects/" + lock.id().project() + "/locks/" + lock.id().scope(),
              lock.fact(),
              lock.fact().event().getClass().getSimpleName());
      // Commands on executions are their run's; which project an operation is in its row says.
      case FeedEntry.OfExecution _, FeedEntry.OfOperation _ -> {}
    }
  }

  /** Takes a fact of an operation in. */
  public void add(FeedEntry.OfOperation operation, String project) {
    add(
        project,
        "projects/" + project + "/operations/" + operation.id().value(),
        operation.fact(),
        operation.fact().event().getClass().getSimpleName());
  }

  /**
   * Adds what a command made.
   *
   * @param otherwise what was commanded, when the fact does not say which rpc
   */
  private void add(String project, String entity, Fact fact, String otherwise) {
    if (!(fact.cause() instanceof Cause.Command command)) {
      return;
    }
    String rpc = command.call().rpc();
    AuditRow row =
        new AuditRow(
            project,
            entity,
            AuditRow.acceptedKey(command.requestId(), fact.at()),
            fact.at(),
            command.principal(),
            rpc.isEmpty() ? otherwise : rpc,
            command.call().step(),
            command.requestId(),
            command.reason(),
            fact.before(),
            fact.after(),
            AuditOutcome.ACCEPTED,
            "",
            "");
    rows.merge(new Key(row.entity(), row.key()), row, AuditRow::then);
  }

  public Collection<AuditRow> rows() {
    return rows.values();
  }
}
