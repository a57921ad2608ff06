package dev.pawl.bench.chaos.fact;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.bench.chaos.fact.StoredFacts.Told;
import dev.pawl.bench.chaos.program.Program;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes down the whole journal, past every node, and the graphs that it names. */
public final class JournalDump {
  private static final int FETCH = 2_000;

  private final Submissions submissions;
  private final Recorder recorder;
  private final Map<String, Definition> graphs = new HashMap<>();
  private final Map<String, String> graphOfRun = new HashMap<>();
  private final StoredFacts stored = new StoredFacts(this::taskName);

  /** What the journal holds, by entity. */
  public record Journal(Map<String, Long> lastSequences, Set<String> runs) {}

  public JournalDump(Submissions submissions, Recorder recorder) {
    this.submissions = submissions;
    this.recorder = recorder;
  }

  /** Reads every row, in the order in which they were inserted. */
  public Journal write(Connection connection) throws SQLException, InvalidProtocolBufferException {
    Map<String, Long> lastSequences = new HashMap<>();
    Set<String> runs = new LinkedHashSet<>();
    // Only within a transaction does the driver hand over rows in portions.
    connection.setAutoCommit(false);
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT persistence_id, sequence_number, epoch, xid::text::bigint, ordering, writer,
              event_payload
            FROM event_journal ORDER BY ordering\
            """)) {
      select.setFetchSize(FETCH);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          Fact fact = fact(rows);
          recorder.record(fact);
          lastSequences.merge(fact.entity(), fact.sequence(), Math::max);
          if (fact.entity().startsWith("run|")) {
            runs.add(fact.entity().substring("run|".length()));
          }
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return new Journal(lastSequences, runs);
  }

  private Fact fact(ResultSet rows) throws SQLException, InvalidProtocolBufferException {
    String entity = rows.getString(1);
    int bar = entity.indexOf('|');
    String id = entity.substring(bar + 1);
    byte[] payload = rows.getBytes(7);
    Told told =
        switch (entity.substring(0, bar)) {
          case "run" -> stored.run(id, payload);
          case "execution" -> stored.execution(payload);
          case "workflow", "task" -> stored.definition(payload);
          default -> throw new IllegalStateException("the journal holds a stranger: " + entity);
        };
    switch (told.change()) {
      case Change.Submitted submitted -> submitted(entity, submitted, told.cause());
      case Change.RunCreated created -> graphOfRun.put(id, created.definitionHash());
      default -> {
        // Nothing that other rows are read by.
      }
    }
    return new Fact(
        entity,
        rows.getLong(2),
        rows.getLong(3),
        rows.getLong(4),
        rows.getLong(5),
        rows.getString(6),
        told.at(),
        told.before(),
        told.after(),
        told.cause(),
        told.change());
  }

  private void submitted(String entity, Change.Submitted submitted, Cause cause) {
    if (!(cause instanceof Cause.Command command)
        || graphs.containsKey(submitted.definitionHash())) {
      return;
    }
    Optional<Program> program =
        submissions
            .find(command.requestId())
            .filter(found -> Names.entity(found.resource()).equals(entity));
    program.ifPresent(
        found -> {
          Definition graph = Graphs.definition(submitted.definitionHash(), found);
          graphs.put(submitted.definitionHash(), graph);
          recorder.record(graph);
        });
  }

  private String taskName(String run, int index) {
    Definition graph = graphs.get(graphOfRun.getOrDefault(run, ""));
    return graph == null || index >= graph.tasks().size()
        ? "#" + index
        : graph.tasks().get(index).name();
  }
}
