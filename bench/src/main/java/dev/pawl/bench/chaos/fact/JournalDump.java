package dev.pawl.bench.chaos.fact;

import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.source.StoredFacts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes down the whole journal, past every node, and the graphs that it names. */
public final class JournalDump {
  private static final int FETCH = 2_000;
  private static final String RUN = "run|";

  private final Submissions submissions;
  private final Recorder recorder;
  private final Map<String, Definition> graphs = new HashMap<>();

  /**
   * What the journal holds.
   *
   * @param lastSequences by entity
   * @param runs their ids
   */
  public record Journal(Map<String, Long> lastSequences, Set<String> runs) {}

  public JournalDump(Submissions submissions, Recorder recorder) {
    this.submissions = submissions;
    this.recorder = recorder;
  }

  /** Reads every row, definitions first: they name the tasks whose ends runs tell of. */
  public Journal write(Connection connection) throws SQLException {
    Map<String, Long> lastSequences = new HashMap<>();
    Set<String> runs = new LinkedHashSet<>();
    StoredFacts stored = new StoredFacts(this::taskNames);
    // Only within a transaction does the driver hand over rows in portions.
    connection.setAutoCommit(false);
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT persistence_id, sequence_number, epoch, xid::text::bigint, ordering, writer,
              event_ser_manifest, event_payload
            FROM event_journal
            ORDER BY event_ser_manifest <> 'definition.1', persistence_id, sequence_number\
            """)) {
      select.setFetchSize(FETCH);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          Fact fact =
              stored.read(
                  new StoredFacts.Row(
                      rows.getString(1),
                      rows.getLong(2),
                      rows.getLong(3),
                      rows.getLong(4),
                      rows.getLong(5),
                      rows.getString(6)),
                  rows.getString(7),
                  rows.getBytes(8));
          if (fact.change() instanceof Change.Submitted submitted) {
            learn(fact, submitted);
          }
          recorder.record(fact);
          lastSequences.merge(fact.entity(), fact.sequence(), Math::max);
          if (fact.entity().startsWith(RUN)) {
            runs.add(fact.entity().substring(RUN.length()));
          }
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return new Journal(lastSequences, runs);
  }

  private void learn(Fact fact, Change.Submitted submitted) {
    if (fact.cause() instanceof Cause.Command command
        && !graphs.containsKey(submitted.definitionHash())) {
      submissions
          .definition(command.requestId(), submitted.definitionHash())
          .ifPresent(
              graph -> {
                graphs.put(graph.hash(), graph);
                recorder.record(graph);
              });
    }
  }

  private List<String> taskNames(String hash) {
    // A definition that nobody submitted is for the judge to find, not for the dump to stop at.
    Definition graph = graphs.get(hash);
    return graph == null ? List.of() : graph.tasks().stream().map(Definition.Task::name).toList();
  }
}
