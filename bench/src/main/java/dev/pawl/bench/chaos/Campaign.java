package dev.pawl.bench.chaos;

import dev.pawl.bench.chaos.fact.JournalDump;
import dev.pawl.bench.chaos.fact.JournalDump.Journal;
import dev.pawl.bench.chaos.fault.FaultPlan;
import dev.pawl.bench.chaos.fault.Nemesis;
import dev.pawl.bench.chaos.node.Cluster;
import dev.pawl.bench.chaos.node.LeaseTimes;
import dev.pawl.bench.chaos.node.WorkerPlace;
import dev.pawl.bench.chaos.program.ProgramMaker;
import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.work.EffectLedger;
import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.HistoryUnreadable;
import dev.pawl.bench.history.Manifest;
import dev.pawl.client.PawlChannels;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One run of the harness: starts everything, lets faults happen under load, heals, waits until all
 * is still, asks what is so, and makes one history of what everybody saw.
 */
final class Campaign {
  private static final LeaseTimes LEASE = LeaseTimes.SHORT;
  private static final Duration LONGER = Duration.ofMinutes(4);

  private final Setting setting;
  private final Path directory;
  private final Consumer<String> saying;

  /**
   * What came of it.
   *
   * @param history the file
   * @param failures what could not be done, undone or asked
   */
  record Result(Path history, List<String> failures) {
    Result {
      failures = List.copyOf(failures);
    }
  }

  /**
   * @param directory for everything that is written
   * @param saying is told what happens, for who watches
   */
  Campaign(Setting setting, Path directory, Consumer<String> saying) {
    this.setting = setting;
    this.directory = directory;
    this.saying = saying;
  }

  Result run() throws IOException, InterruptedException, SQLException, HistoryUnreadable {
    long begun = MicroClock.now();
    saying.accept("starting PostgreSQL and %d nodes".formatted(setting.nodes()));
    try (Parts parts = Parts.create(directory);
        EffectLedger ledger = EffectLedger.start(parts.effects());
        Cluster cluster = Cluster.start(directory, setting.nodes(), LEASE, setting.nodeOptions())) {
      List<WorkerPlace> workers = WorkerPlace.usual();
      cluster.startWorkers(workers, ledger.url(), parts.processes());
      Cast cast =
          new Cast(
              setting.number(),
              cluster,
              new ProgramMaker(setting.number(), WorkerPlace.byGroup(workers)),
              parts);
      Sampler sampler = new Sampler(cluster.nodes(), parts.processes());
      Nemesis nemesis =
          new Nemesis(
              cast.scene(),
              parts.faults(),
              List.of(plan("service", FaultPlan.SERVICE), plan("users", FaultPlan.USERS)),
              saying);
      sampler.start();
      cast.start();
      nemesis.start();
      letHappen(cast, nemesis);
      saying.accept("healing, and ending the load");
      nemesis.end();
      cast.endLoad();
      List<String> failures = new ArrayList<>(settleAndAsk(cluster, cast, parts));
      sampler.close();
      nemesis.dismiss();
      NodeLogs.search(cluster.nodes(), parts.processes());
      Path history = directory.resolve("history-%d.jsonl.gz".formatted(setting.number()));
      parts.join(history, manifest(cluster, begun), cluster.workers());
      failures.addAll(nemesis.failures());
      return new Result(history, failures);
    }
  }

  private FaultPlan plan(String lane, Set<Kind> of) {
    return new FaultPlan(
        setting.number(),
        lane,
        setting.faults().stream().filter(of::contains).collect(Collectors.toSet()),
        setting.nodes(),
        WorkerPlace.usual(),
        setting.lengthy());
  }

  /**
   * Lets the time pass, and a little more until enough has happened: on a machine that is busy less
   * happens in the same time.
   */
  private void letHappen(Cast cast, Nemesis nemesis) throws InterruptedException {
    Duration half = setting.time().dividedBy(2);
    TimeUnit.NANOSECONDS.sleep(half.toNanos());
    cast.startLate();
    TimeUnit.NANOSECONDS.sleep(half.toNanos());
    long deadline = System.nanoTime() + LONGER.toNanos();
    while (!setting.isEnough(cast.scene().answered(), nemesis.answered())
        && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** Returns what did not become still, and who did not answer. */
  private List<String> settleAndAsk(Cluster cluster, Cast cast, Parts parts)
      throws IOException, InterruptedException, SQLException {
    List<String> failures = new ArrayList<>();
    long stoppedAt = MicroClock.now();
    saying.accept("waiting until all is still");
    Duration within = setting.settle();
    Settling settling = new Settling(cluster.database());
    if (!settling.await(within)) {
      // What moves while it is asked about looks as if its witnesses disagreed.
      boolean late = settling.await(within.multipliedBy(3).dividedBy(2));
      failures.add(
          "it does not become still within %s%s".formatted(within, late ? ", but later" : ""));
    }
    saying.accept("asking what is so");
    parts.finals().record(new Final.Settled(stoppedAt, MicroClock.now()));
    ManagedChannel channel = PawlChannels.open(String.join(",", cluster.addresses()));
    try (Connection connection = cluster.database().connect()) {
      Journal journal = new JournalDump(cast.submissions(), parts.journal()).write(connection);
      cast.endWatching(journal.lastSequences());
      Finals finals = new Finals(parts.finals(), channel);
      failures.addAll(finals.ask(journal.runs()));
      finals.rows(connection);
      new LogDump(parts.logs(), cluster.workers()).write(connection);
    } finally {
      channel.shutdownNow();
    }
    return failures;
  }

  private static Manifest.Settings settings() {
    return Manifest.Settings.of(
        LEASE.timeToLive().toNanos() / 1_000, LEASE.grace().toNanos() / 1_000);
  }

  private Manifest manifest(Cluster cluster, long begun) {
    return new Manifest(
        Manifest.VERSION,
        setting.number(),
        setting.command(),
        cluster.names(),
        begun,
        MicroClock.now(),
        setting.faults(),
        settings(),
        setting.minima());
  }
}
