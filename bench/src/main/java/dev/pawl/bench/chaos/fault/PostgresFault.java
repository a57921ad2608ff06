package dev.pawl.bench.chaos.fault;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.chaos.node.Cluster;
import dev.pawl.bench.chaos.node.Database;
import dev.pawl.bench.chaos.node.ProcessState;
import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.proxy.FaultProxy;
import dev.pawl.bench.proxy.Rule;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL that is killed, stands still, or cannot be reached. */
record PostgresFault(Way way, Duration lasts) implements Fault {
  private static final Duration BACK_WITHIN = Duration.ofSeconds(60);
  private static final int MORE_THAN_ALL = 400;
  private static final String TOO_MANY = "53300";

  /** What is done to it. */
  enum Way {
    /** SIGKILL of the postmaster; its watchdog starts another one. */
    KILL,
    /** SIGSTOP of all its processes. */
    PAUSE,
    /** Every connection is reset, and new ones are. */
    REFUSE,
    /** Connections stay open and nothing gets through. */
    UNREACHABLE,
    /** Somebody else has all its connections. */
    CROWD
  }

  @Override
  public Kind kind() {
    return Kind.POSTGRES;
  }

  @Override
  public String target() {
    return "postgres";
  }

  @Override
  public String detail() {
    return way.name().toLowerCase(Locale.ROOT)
        + (way == Way.KILL ? "" : " for %d ms".formatted(lasts.toMillis()));
  }

  @Override
  public Blow strike(Scene scene) throws IOException, InterruptedException, SQLException {
    Scene.UnderWay underWay = scene.underWay();
    Cluster cluster = scene.cluster();
    return switch (way) {
      case KILL -> kill(cluster.database(), underWay);
      case PAUSE -> pause(cluster.database(), underWay);
      case REFUSE -> network(cluster.databaseProxy(), new Rule.Cut(), underWay);
      case UNREACHABLE -> network(cluster.databaseProxy(), new Rule.Blackhole(), underWay);
      case CROWD -> crowd(cluster, underWay);
    };
  }

  private static Blow kill(Database database, Scene.UnderWay underWay) throws SQLException {
    String startedBefore = database.startTime();
    database.kill();
    return () -> {
      String started = awaitAnotherStart(database, startedBefore);
      return new Evidence(
          underWay.any(),
          "PostgreSQL of %s is one of %s now; %s".formatted(startedBefore, started, underWay));
    };
  }

  private static String awaitAnotherStart(Database database, String before)
      throws InterruptedException {
    long deadline = System.nanoTime() + BACK_WITHIN.toNanos();
    while (true) {
      try {
        String started = database.startTime();
        if (!started.equals(before)) {
          return started;
        }
      } catch (SQLException e) {
        // It is on its way.
        if (System.nanoTime() > deadline) {
          throw new BenchFailure(1, "PostgreSQL did not come back: " + e.getMessage());
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static Blow pause(Database database, Scene.UnderWay underWay)
      throws IOException, InterruptedException {
    long pid = database.pid();
    database.pause();
    return () -> {
      boolean stood = ProcessState.isStopped(pid);
      database.goOn();
      return new Evidence(
          stood && underWay.any(),
          "postmaster %d %s; %s".formatted(pid, stood ? "stood still" : "did not stand", underWay));
    };
  }

  private static Blow network(FaultProxy proxy, Rule rule, Scene.UnderWay underWay) {
    FaultProxy.Counts before = proxy.counts();
    proxy.rule(rule);
    return () -> {
      FaultProxy.Counts counts = proxy.counts().since(before);
      proxy.rule(new Rule.Pass());
      return new Evidence(
          counts.bites() > 0,
          "%d connections reset, %d refused, %d pieces held; %s"
              .formatted(counts.reset(), counts.refused(), counts.held(), underWay));
    };
  }

  /** Takes every connection there is while those of the nodes are reset. */
  private static Blow crowd(Cluster cluster, Scene.UnderWay underWay) {
    List<Connection> taken = new ArrayList<>();
    cluster.databaseProxy().rule(new Rule.Cut());
    String state = "";
    while (taken.size() < MORE_THAN_ALL && !state.equals(TOO_MANY)) {
      try {
        taken.add(cluster.database().connect());
      } catch (SQLException e) {
        state = String.valueOf(e.getSQLState());
        if (!state.equals(TOO_MANY)) {
          break;
        }
      }
    }
    cluster.databaseProxy().rule(new Rule.Pass());
    String refusal = state;
    return () -> {
      for (Connection connection : taken) {
        connection.close();
      }
      return new Evidence(
          refusal.equals(TOO_MANY),
          "took %d connections, the next was refused with %s; %s"
              .formatted(taken.size(), refusal, underWay));
    };
  }
}
