package dev.pawl.bench.chaos;

import dev.pawl.bench.chaos.client.RunNames;
import dev.pawl.bench.chaos.program.Program;
import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Final;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListRunsResponse;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.ListWorkersRequest;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.Worker;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks, once all has settled, what is so: every owner, the lists, and the tables behind them. */
final class Finals {
  private static final int PAGE = 2_000;
  private static final int ASKERS = 8;

  private final Recorder recorder;
  private final Channel channel;

  Finals(Recorder recorder, Channel channel) {
    this.recorder = recorder;
    this.channel = channel;
  }

  /** Asks everybody; returns who did not answer. */
  List<String> ask(Collection<String> runs) throws InterruptedException {
    List<String> silent = new ArrayList<>(owners(runs));
    attempt("the list of runs", this::list).ifPresent(silent::add);
    attempt("the list of workers", this::workers).ifPresent(silent::add);
    return silent;
  }

  private List<String> owners(Collection<String> runs) throws InterruptedException {
    List<Future<Optional<String>>> asked = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    try (ExecutorService askers = Executors.newFixedThreadPool(ASKERS)) {
      for (String run : runs) {
        asked.add(askers.submit(() -> attempt("the owner of run " + run, () -> owner(run))));
      }
      for (Future<Optional<String>> question : asked) {
        question.get().ifPresent(silent::add);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return silent;
  }

  private static Optional<String> attempt(String whom, Runnable question) {
    try {
      question.run();
      return Optional.empty();
    } catch (StatusRuntimeException e) {
      return Optional.of("%s does not answer in the end: %s".formatted(whom, e.getStatus()));
    }
  }

  private void owner(String id) {
    String name = RunNames.resource(id);
    var runs = RunServiceGrpc.newBlockingStub(channel);
    var run = runs.getRun(GetRunRequest.newBuilder().setName(name).build()).getRun();
    recorder.record(
        new Final.Run(
            id,
            run.getRevision().getSequence(),
            run.getState().name().replace("RUN_STATE_", ""),
            run.getReason()));
    for (TaskRun step :
        runs.listTaskRuns(
                ListTaskRunsRequest.newBuilder().setParent(name).setPageSize(PAGE).build())
            .getTaskRunsList()) {
      recorder.record(
          new Final.Step(
              id,
              step.getIndex(),
              step.getTask(),
              step.getState().name().replace("TASK_RUN_STATE_", ""),
              step.getAttempt(),
              step.getFence()));
    }
  }

  /** Reads the whole list of runs. */
  private void list() {
    String page = "";
    do {
      ListRunsResponse answer =
          RunServiceGrpc.newBlockingStub(channel)
              .listRuns(
                  ListRunsRequest.newBuilder()
                      .setParent(Program.PROJECT)
                      .setPageSize(PAGE)
                      .setPageToken(page)
                      .build());
      answer
          .getRunsList()
          .forEach(
              run ->
                  recorder.record(
                      new Final.Listed(
                          run.getId(),
                          run.getRevision().getSequence(),
                          run.getState().name().replace("RUN_STATE_", ""))));
      page = answer.getNextPageToken();
    } while (!page.isEmpty());
  }

  private void workers() {
    for (Worker worker :
        WorkerServiceGrpc.newBlockingStub(channel)
            .listWorkers(ListWorkersRequest.getDefaultInstance())
            .getWorkersList()) {
      recorder.record(
          new Final.Worker(
              worker.getWorkerId(),
              worker.getIncarnation(),
              worker.getGroup(),
              worker.getSlots(),
              worker.getBusy()));
    }
  }

  /** Reads the tables behind the lists, past every node. */
  void rows(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      runRows(statement);
      definitionRows(statement);
      wakeRows(statement);
    }
  }

  private void runRows(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            """
            SELECT run_id, definition_kind, project, definition, definition_version, definition_hash,
              status, ended, reason, ended_at, steps_total, steps_succeeded, steps_failed,
              steps_terminated, steps_skipped, sequence
            FROM run_view\
            """)) {
      while (rows.next()) {
        Timestamp endedAt = rows.getTimestamp("ended_at");
        recorder.record(
            new Final.RunRow(
                rows.getString("run_id"),
                entity(rows, "definition_kind", "definition"),
                rows.getLong("definition_version"),
                rows.getString("definition_hash"),
                rows.getString("status"),
                rows.getBoolean("ended"),
                rows.getString("reason"),
                endedAt == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(MicroClock.micros(endedAt.toInstant())),
                rows.getInt("steps_total"),
                rows.getInt("steps_succeeded"),
                rows.getInt("steps_failed"),
                rows.getInt("steps_terminated"),
                rows.getInt("steps_skipped"),
                rows.getLong("sequence")));
      }
    }
  }

  private void definitionRows(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT kind, project, name, version, hash, sequence FROM definition_view")) {
      while (rows.next()) {
        recorder.record(
            new Final.DefinitionRow(
                entity(rows, "kind", "name"),
                rows.getLong("version"),
                rows.getString("hash"),
                rows.getLong("sequence")));
      }
    }
  }

  private void wakeRows(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT entity_id FROM wake")) {
      while (rows.next()) {
        String id = rows.getString(1);
        recorder.record(
            new Final.WakeRow(
                id.indexOf('|') >= 0 ? id : (id.indexOf('/') < 0 ? "run|" : "execution|") + id));
      }
    }
  }

  /** As the journal names it. */
  private static String entity(ResultSet rows, String kind, String name) throws SQLException {
    return "%s|%s/%s"
        .formatted(
            rows.getString(kind).toLowerCase(Locale.ROOT),
            rows.getString("project"),
            rows.getString(name));
  }
}
