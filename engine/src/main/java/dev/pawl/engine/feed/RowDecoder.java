package dev.pawl.engine.feed;

import dev.pawl.engine.definition.DefinitionFact;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.journal.DefinitionFactSerializer;
import dev.pawl.engine.journal.ExecutionFactSerializer;
import dev.pawl.engine.journal.Fact;
import dev.pawl.engine.journal.LockFactSerializer;
import dev.pawl.engine.journal.OperationFactSerializer;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.journal.RunFactSerializer;
import dev.pawl.engine.lock.LockFact;
import dev.pawl.engine.operation.OperationFact;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import java.io.NotSerializableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns rows of the journal into entries of the feed. */
final class RowDecoder {
  private static final Logger log = LoggerFactory.getLogger(RowDecoder.class);

  // Read off a heap with 20,000 entries of short facts: names, instants, and the header of a start.
  private static final int ENTRY_HEAP = 400;
  private static final int HEAP_PER_BYTE = 3;

  private final DefinitionFactSerializer definitions = new DefinitionFactSerializer();
  private final RunFactSerializer runs = new RunFactSerializer();
  private final ExecutionFactSerializer executions = new ExecutionFactSerializer();
  private final OperationFactSerializer operations = new OperationFactSerializer();
  private final LockFactSerializer locks = new LockFactSerializer();
  private final RunHeaders headers = new RunHeaders();
  private final Set<Integer> strangers = ConcurrentHashMap.newKeySet();

  /**
   * The entries of these rows, in their order. Left out are facts of kinds that this build does not
   * know, and facts of runs whose first event is gone: those were deleted while they were read.
   */
  List<Decoded> decode(Connection connection, List<JournalRow> rows, Instant readAt)
      throws SQLException {
    List<@Nullable Fact> facts = new ArrayList<>(rows.size());
    Map<RunId, RunHeader> seen = new HashMap<>();
    Set<RunId> missing = new HashSet<>();
    for (JournalRow row : rows) {
      Fact fact = fact(row);
      facts.add(fact);
      RunId run = run(row, fact);
      if (run == null || seen.containsKey(run)) {
        continue;
      }
      RunHeader header =
          fact instanceof RunFact(RunEvent.Created(var created), var _, var _, var _, var _)
              ? created
              : headers.get(run);
      if (header == null) {
        missing.add(run);
      } else {
        seen.put(run, headers.keep(run, header));
      }
    }
    missing.removeAll(seen.keySet());
    load(connection, missing, seen);

    List<Decoded> entries = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      FeedEntry entry = entry(rows.get(i), facts.get(i), seen, readAt);
      if (entry != null) {
        entries.add(new Decoded(entry, heap(rows.get(i))));
      }
    }
    return entries;
  }

  /**
   * An entry and what it costs.
   *
   * @param bytes of the heap, about
   */
  record Decoded(FeedEntry entry, int bytes) {}

  private static int heap(JournalRow row) {
    return ENTRY_HEAP + HEAP_PER_BYTE * row.payload().length;
  }

  private void load(Connection connection, Set<RunId> missing, Map<RunId, RunHeader> seen)
      throws SQLException {
    if (missing.isEmpty()) {
      return;
    }
    List<String> ids = missing.stream().map(PersistenceIds::of).toList();
    for (JournalRow row : JournalPages.first(connection, ids)) {
      if (fact(row) instanceof RunFact(RunEvent.Created(var header), var _, var _, var _, var _)) {
        RunId run = PersistenceIds.run(row.persistenceId());
        seen.put(run, headers.keep(run, header));
      }
    }
  }

  private @Nullable Fact fact(JournalRow row) {
    try {
      return switch (row.serializer()) {
        case DefinitionFactSerializer.ID -> definitions.read(row.payload(), row.manifest());
        case RunFactSerializer.ID -> runs.read(row.payload(), row.manifest());
        case ExecutionFactSerializer.ID -> executions.read(row.payload(), row.manifest());
        case OperationFactSerializer.ID -> operations.read(row.payload(), row.manifest());
        case LockFactSerializer.ID -> locks.read(row.payload(), row.manifest());
        default -> {
          if (strangers.add(row.serializer())) {
            log.warn(
                "the feed leaves out facts that this build does not know: serializer {}, first of"
                    + " {}",
                row.serializer(),
                row.persistenceId());
          }
          yield null;
        }
      };
    } catch (NotSerializableException | RuntimeException e) {
      throw new IllegalStateException(
          "fact %d of %s cannot be read: %s"
              .formatted(row.sequence(), row.persistenceId(), e.getMessage()),
          e);
    }
  }

  private static @Nullable RunId run(JournalRow row, @Nullable Fact fact) {
    return switch (fact) {
      case RunFact _ -> PersistenceIds.run(row.persistenceId());
      case ExecutionFact _ -> PersistenceIds.execution(row.persistenceId()).run();
      case null, default -> null;
    };
  }

  private static @Nullable FeedEntry entry(
      JournalRow row, @Nullable Fact fact, Map<RunId, RunHeader> headers, Instant readAt) {
    switch (fact) {
      case DefinitionFact of -> {
        return new FeedEntry.OfDefinition(
            row.position(),
            PersistenceIds.definition(row.persistenceId()),
            row.sequence(),
            readAt,
            of);
      }
      case LockFact of -> {
        return new FeedEntry.OfLock(
            row.position(), PersistenceIds.lock(row.persistenceId()), row.sequence(), readAt, of);
      }
      case RunFact of -> {
        RunId id = PersistenceIds.run(row.persistenceId());
        RunHeader header = headers.get(id);
        return header == null
            ? null
            : new FeedEntry.OfRun(row.position(), id, header, row.sequence(), readAt, of);
      }
      case ExecutionFact of -> {
        ExecutionId id = PersistenceIds.execution(row.persistenceId());
        RunHeader header = headers.get(id.run());
        return header == null
            ? null
            : new FeedEntry.OfExecution(row.position(), id, header, row.sequence(), readAt, of);
      }
      case OperationFact of -> {
        return new FeedEntry.OfOperation(
            row.position(),
            PersistenceIds.operation(row.persistenceId()),
            row.sequence(),
            readAt,
            of);
      }
      case null, default -> {
        return null;
      }
    }
  }
}
