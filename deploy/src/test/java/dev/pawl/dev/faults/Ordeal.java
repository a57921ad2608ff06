package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.client.PawlChannels;
import dev.pawl.client.RequestIds;
import dev.pawl.dev.DevProcess;
import dev.pawl.dev.faults.Ledger.Beginning;
import dev.pawl.dev.faults.Ledger.Go;
import dev.pawl.v1.Event;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.ReadLogRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A run of many scripts on a server and a worker of their own, with a client that commands all the
 * time and a watcher, and what must be true of all of them when parts were killed meanwhile.
 *
 * @param <S> what serves
 */
final class Ordeal<S extends Served> implements AutoCloseable {
  /** For processes that are killed before a better compiler would have paid. */
  static final List<String> SMALL =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m");

  private static final Duration CAUGHT_UP = Duration.ofSeconds(30);

  private final S server;
  private final RemoteWorker worker;
  private final ManagedChannel channel;
  private final Ledger ledger;
  private final FactReader watcher;
  private final Commander commander;
  private final String run;
  private final int tasks;

  /** Makes the workflow of an ordeal. */
  @FunctionalInterface
  interface Work {
    WorkflowSpec of(Ledger ledger);
  }

  /**
   * What was in flight when something was killed.
   *
   * @param live begun and not ended: their leases were live
   * @param done ended by their own word
   */
  record InFlight(Instant at, Set<Go> live, Set<Go> done) {}

  private Ordeal(S server, RemoteWorker worker, ManagedChannel channel, Ledger ledger, Work work) {
    this.server = server;
    this.worker = worker;
    this.channel = channel;
    this.ledger = ledger;
    WorkflowSpec workflow = work.of(ledger);
    this.tasks = workflow.getTasksCount();
    String definition = Graphs.submit(channel, workflow);
    this.watcher = FactReader.start(server.address());
    this.commander = Commander.start(server.address());
    this.run = startRun(definition).getName();
  }

  /** Begins one on a node with its own PostgreSQL. */
  static Ordeal<Served.Dev> begin(Path directory, Work work)
      throws IOException, InterruptedException {
    DevProcess process =
        DevProcess.start(
            directory.resolve("server"), shortLived(), List.of("--no-worker", "--no-samples"));
    return begin(directory, new Served.Dev(process), work);
  }

  /** Begins one on what serves already, and closes it with the ordeal. */
  static <S extends Served> Ordeal<S> begin(Path directory, S server, Work work)
      throws IOException, InterruptedException {
    ManagedChannel channel = PawlChannels.open(server.address());
    try {
      return new Ordeal<>(
          server,
          RemoteWorker.start(directory.resolve("worker"), server.address(), "--slots", "4"),
          channel,
          new Ledger(directory.resolve("ledger")),
          work);
    } catch (IOException | RuntimeException | Error e) {
      channel.shutdownNow();
      try {
        server.close();
      } catch (Exception failure) {
        e.addSuppressed(failure);
      }
      throw e;
    }
  }

  /** The same, that start fast. */
  static List<String> shortLived() {
    return Stream.concat(SMALL.stream(), SharedClasses.options().stream()).toList();
  }

  S server() {
    return server;
  }

  RemoteWorker worker() {
    return worker;
  }

  Ledger ledger() {
    return ledger;
  }

  FactReader watcher() {
    return watcher;
  }

  Commander commander() {
    return commander;
  }

  /** Waits until so many scripts have begun. */
  void awaitBegun(int count) {
    awaitMoment("%d scripts have begun".formatted(count), () -> ledger.begun().size() >= count);
  }

  /** Waits until so many scripts have ended. */
  void awaitEnded(int count) {
    awaitMoment("%d scripts have ended".formatted(count), () -> ledger.ended().size() >= count);
  }

  private static void awaitMoment(String moment, Callable<Boolean> reached) {
    await(moment)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofSeconds(60))
        .until(reached);
  }

  /** To be asked right after a kill: the scripts live on by themselves. */
  InFlight inFlight() throws IOException {
    Instant at = Instant.now();
    Set<Go> done = new HashSet<>(ledger.ended());
    Set<Go> live = new HashSet<>();
    for (Beginning beginning : ledger.begun()) {
      if (!done.contains(beginning.go())) {
        live.add(beginning.go());
      }
    }
    return new InFlight(at, live, done);
  }

  /** The scripts that had ended while their report was not stored yet. */
  Set<Go> unacknowledged(InFlight kill, List<Event> facts) {
    Set<Go> late = new HashSet<>();
    for (Event fact : facts) {
      if (fact.hasExecutionEnded() && isOfScript(fact)) {
        Instant stored =
            Instant.ofEpochSecond(fact.getTime().getSeconds(), fact.getTime().getNanos());
        Go go = new Go(taskOf(fact.getName()), fact.getExecutionEnded().getFence());
        if (stored.isAfter(kill.at()) && kill.done().contains(go)) {
          late.add(go);
        }
      }
    }
    return late;
  }

  /** Why attempts of scripts failed. */
  Map<Go, String> failures(List<Event> facts) {
    Map<Go, String> reasons = new HashMap<>();
    for (Event fact : facts) {
      if (fact.hasAttemptFailed() && isOfScript(fact)) {
        reasons.put(
            new Go(taskOf(fact.getName()), fact.getAttemptFailed().getFence()),
            fact.getAttemptFailed().getReason());
      }
    }
    return reasons;
  }

  private boolean isOfScript(Event fact) {
    return fact.getName().startsWith(run + "/");
  }

  private static String taskOf(String execution) {
    return execution.split("/", -1)[5];
  }

  /** Waits until the run of scripts succeeded; fails as soon as it ended otherwise. */
  void awaitSucceeded(Duration within) {
    await("the run has ended")
        .atMost(within)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(() -> stub().getRun(get(run)).getRun().hasEndTime());
    Run ended = stub().getRun(get(run)).getRun();
    assertThat(ended.getState())
        .as("%s %s", ended.getReason(), ended.getFailure())
        .isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(ended.getSteps().getSucceeded()).isEqualTo(tasks);
  }

  /**
   * One line per task and fence, and statuses that say the same. Returns the fences of each task.
   */
  Map<String, List<Long>> verifyLedger() throws IOException {
    Map<String, List<Long>> fences = new HashMap<>();
    for (Beginning beginning : ledger.begun()) {
      fences
          .computeIfAbsent(beginning.go().task(), _ -> new ArrayList<>())
          .add(beginning.go().fence());
    }
    assertThat(fences).hasSize(tasks);
    fences.forEach((task, all) -> assertThat(all).as("fences of %s", task).doesNotHaveDuplicates());
    List<TaskRun> steps =
        stub()
            .listTaskRuns(
                ListTaskRunsRequest.newBuilder().setParent(run).setPageSize(2_000).build())
            .getTaskRunsList();
    assertThat(steps).hasSize(tasks);
    for (TaskRun step : steps) {
      assertThat(step.getState())
          .as(step.getTask())
          .isEqualTo(TaskRunState.TASK_RUN_STATE_SUCCEEDED);
      assertThat(step.getFence())
          .as("fence of %s", step.getTask())
          .isEqualTo(
              fences.getOrDefault(step.getTask(), List.of()).stream()
                  .mapToLong(Long::longValue)
                  .max()
                  .orElse(0));
    }
    return fences;
  }

  /** Each script that ended printed its line once, and once it stands in its log. */
  void verifyLogs() throws IOException {
    verifyLogs(Set.of());
  }

  /**
   * As that, but for scripts whose worker died before it had sent their log: of these a part may
   * stand there.
   */
  void verifyLogs(Set<Go> cutShort) throws IOException {
    LogServiceGrpc.LogServiceBlockingStub logs = LogServiceGrpc.newBlockingStub(channel);
    Set<Go> ended = new HashSet<>(ledger.ended());
    ended.removeAll(cutShort);
    await("the logs of all scripts are stored")
        .atMost(CAUGHT_UP)
        .until(() -> completeLogs().containsAll(ended));
    for (LogSection section : sections()) {
      Go go = new Go(taskOf(section.getExecution()), section.getFence());
      List<LogLine> lines =
          logs.readLog(
                  ReadLogRequest.newBuilder()
                      .setExecution(section.getExecution())
                      .setFence(section.getFence())
                      .build())
              .getLinesList();
      for (int i = 0; i < lines.size(); i++) {
        assertThat(lines.get(i).getSequence()).as("line %d of %s", i, go).isEqualTo(i + 1L);
      }
      List<String> printed =
          lines.stream()
              .filter(line -> line.getSource() == LogSource.LOG_SOURCE_STDOUT)
              .map(LogLine::getText)
              .toList();
      if (ended.contains(go)) {
        assertThat(printed).as("log of %s", go).containsExactly(Ledger.line(go));
        assertThat(section.getTruncated()).as("log of %s", go).isFalse();
      } else {
        assertThat(printed)
            .as("log of %s, killed", go)
            .isSubsetOf(Ledger.line(go))
            .hasSizeLessThan(2);
      }
    }
  }

  /** Whose log is stored to its end. */
  Set<Go> completeLogs() {
    return sections().stream()
        .filter(LogSection::getEnded)
        .map(section -> new Go(taskOf(section.getExecution()), section.getFence()))
        .collect(Collectors.toSet());
  }

  private List<LogSection> sections() {
    return LogServiceGrpc.newBlockingStub(channel)
        .listLogSections(ListLogSectionsRequest.newBuilder().setParent(run).build())
        .getSectionsList();
  }

  /** What was acknowledged is there, comes to its end, and is answered in the same way again. */
  void verifyCommands() throws InterruptedException {
    commander.finish();
    List<Commander.Acknowledged> all = commander.acknowledged();
    assertThat(all).isNotEmpty();
    for (Commander.Acknowledged command : all) {
      Run again = command.repeat().apply(stub());
      assertThat(again.getName()).as(command.command()).isEqualTo(command.answer().getName());
      assertThat(again.getRevision())
          .as("%s of %s", command.command(), again.getName())
          .isEqualTo(command.answer().getRevision());
    }
    Set<String> runs =
        all.stream().map(command -> command.answer().getName()).collect(Collectors.toSet());
    for (String name : runs) {
      await(name + " has ended")
          .atMost(CAUGHT_UP)
          .pollDelay(Duration.ZERO)
          .until(() -> stub().getRun(get(name)).getRun().hasEndTime());
      assertThat(stub().getRun(get(name)).getRun().getState())
          .as(name)
          .isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    }
  }

  /**
   * What the watcher saw is what a new one sees: everything, once, in the same order, and of each
   * entity from 1 on without gap. Returns it. The commander must have finished.
   */
  List<Event> verifyFacts() throws IOException, SQLException, InterruptedException {
    String last = startRun(Graphs.submit(channel, Graphs.chain("last", 1, 0))).getName();
    List<Event> seen = watcher.awaitFact("the last run's end", isEndOf(last), CAUGHT_UP);
    List<Event> anew;
    try (FactReader fresh = FactReader.start(server.address())) {
      anew = fresh.awaitFact("the last run's end", isEndOf(last), CAUGHT_UP);
    }
    assertThat(places(seen)).isEqualTo(places(anew));
    Map<String, Long> newest = new HashMap<>();
    for (Event fact : seen) {
      assertThat(fact.getSequence())
          .as("sequence of %s", fact.getName())
          .isEqualTo(newest.merge(fact.getName(), 1L, Long::sum));
    }
    assertThat(JournalRows.count(server.dataDirectory())).as("rows stored").isEqualTo(seen.size());
    return seen;
  }

  private static List<String> places(List<Event> facts) {
    return facts.stream().map(fact -> fact.getName() + "#" + fact.getSequence()).toList();
  }

  private static Predicate<Event> isEndOf(String name) {
    return fact -> fact.hasRunEnded() && fact.getName().equals(name);
  }

  private Run startRun(String definition) {
    return stub()
        .startRun(
            StartRunRequest.newBuilder()
                .setDefinition(definition)
                .setRequestId(RequestIds.next())
                .build())
        .getRun();
  }

  private static GetRunRequest get(String name) {
    return GetRunRequest.newBuilder().setName(name).build();
  }

  private RunServiceBlockingStub stub() {
    return RunServiceGrpc.newBlockingStub(channel);
  }

  @Override
  public void close() throws Exception {
    try (server;
        worker;
        commander;
        watcher) {
      channel.shutdownNow();
    }
  }
}
