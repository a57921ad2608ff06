package dev.pawl.bench.chaos;

import dev.pawl.bench.chaos.node.WorkerProcess;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.chaos.work.ChaosWorker;
import dev.pawl.bench.chaos.work.ExecutionKey;
import dev.pawl.bench.chaos.work.Lines;
import dev.pawl.bench.chaos.work.PackedLines;
import dev.pawl.bench.history.Log;
import dev.pawl.v1.LogLine;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes down every stored line of every log, past every node. */
final class LogDump {
  private static final int FETCH = 1_000;

  private final Recorder recorder;
  private final Set<ExecutionKey> complete = new HashSet<>();

  /**
   * @param workers whose diaries say which sections they handed over to the end
   */
  LogDump(Recorder recorder, List<WorkerProcess> workers) throws IOException {
    this.recorder = recorder;
    for (WorkerProcess worker : workers) {
      for (Path diary : worker.diaries()) {
        complete.addAll(ChaosWorker.completedSections(diary));
      }
    }
  }

  void write(Connection connection) throws SQLException {
    // Only within a transaction does the driver hand over rows in portions.
    connection.setAutoCommit(false);
    try {
      sections(connection);
      lines(connection);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private void sections(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT run_id || '/' || task || '/' || execution_index, fence, lines, ended, truncated
            FROM log_section\
            """)) {
      select.setFetchSize(FETCH);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          ExecutionKey section = new ExecutionKey(rows.getString(1), rows.getLong(2));
          recorder.record(
              new Log.Section(
                  section.execution(),
                  section.fence(),
                  rows.getLong(3),
                  rows.getBoolean(4),
                  rows.getBoolean(5),
                  complete.contains(section)));
        }
      }
    }
  }

  private void lines(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT run_id || '/' || task || '/' || execution_index, fence, first_sequence, bytes
            FROM log_chunk ORDER BY run_id, task, execution_index, fence, first_sequence\
            """)) {
      select.setFetchSize(FETCH);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          ExecutionKey section = new ExecutionKey(rows.getString(1), rows.getLong(2));
          long sequence = rows.getLong(3);
          for (LogLine line : PackedLines.unpack(rows.getBytes(4))) {
            recorder.record(
                new Log.Stored(
                    section.execution(),
                    section.fence(),
                    sequence,
                    Lines.hash(line),
                    Lines.own(line)));
            sequence++;
          }
        }
      }
    }
  }
}
