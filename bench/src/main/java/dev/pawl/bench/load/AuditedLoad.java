package dev.pawl.bench.load;

import dev.pawl.bench.node.TestBed;
import dev.pawl.bench.postgres.JournalAudit;
import dev.pawl.bench.postgres.Postgres;
import io.grpc.Channel;
import java.io.IOException;
import java.sql.SQLException;
import java.util.function.Function;

/**
 * Loads of runs of one workflow whose results come out only when PostgreSQL has fsync on and its
 * journal tells of the same runs and tasks. No other run may be under way.
 */
final class AuditedLoad implements AutoCloseable {
  private final JournalAudit audit;
  private final RunLoad runs;
  private final int tasksPerRun;

  private AuditedLoad(JournalAudit audit, RunLoad runs, int tasksPerRun) {
    this.audit = audit;
    this.runs = runs;
    this.tasksPerRun = tasksPerRun;
  }

  /**
   * Submits a workflow and begins to listen for the ends of its runs.
   *
   * @param submit returns the workflow's name
   * @param tasksPerRun each of which is leased once and ends once
   */
  static AuditedLoad open(TestBed bed, Function<Channel, String> submit, int tasksPerRun)
      throws IOException, SQLException, InterruptedException {
    return open(bed.postgres(), bed.channel(), submit, tasksPerRun);
  }

  /** As that, on whatever is behind the channel. */
  static AuditedLoad open(
      Postgres postgres, Channel channel, Function<Channel, String> submit, int tasksPerRun)
      throws SQLException, InterruptedException {
    JournalAudit audit = JournalAudit.open(postgres);
    try {
      return new AuditedLoad(audit, new RunLoad(channel, submit.apply(channel)), tasksPerRun);
    } catch (InterruptedException | RuntimeException e) {
      audit.close();
      throw e;
    }
  }

  /** Begins with runs of a chain of tasks that do nothing. */
  static AuditedLoad ofChain(TestBed bed, int length)
      throws IOException, SQLException, InterruptedException {
    return open(bed, channel -> Definitions.submitChain(channel, length), length);
  }

  /** Something that starts runs, and is over when all have ended. */
  interface Load {
    RunLoad.Result on(RunLoad runs) throws IOException, SQLException, InterruptedException;
  }

  /** What came of a load, and what the journal tells of it. */
  record Audited(RunLoad.Result result, JournalAudit.Findings journal) {
    double journalRowsPerRun() {
      return (double) journal.rows() / journal.runs();
    }
  }

  /** Runs a load and holds its result against the journal. */
  Audited run(Load load) throws IOException, SQLException, InterruptedException {
    long mark = audit.mark();
    RunLoad.Result result = load.on(runs);
    JournalAudit.Findings journal = audit.since(mark);
    journal.mustTellOf(result.runs(), result.runs() * tasksPerRun);
    return new Audited(result, journal);
  }

  @Override
  public void close() throws SQLException {
    runs.close();
    audit.close();
  }
}
