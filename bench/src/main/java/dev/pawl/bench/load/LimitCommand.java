package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.OutputOption;
import dev.pawl.bench.node.TestBed;
import dev.pawl.bench.postgres.InsertLimit;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures the limit alone, with rows of a few runs. */
@Command(
    name = "limit",
    mixinStandardHelpOptions = true,
    header = "How many rows PostgreSQL inserts when it does nothing else.",
    description = {
      "Rows per second of plain JDBC batches of the journal's rows into a table like it: 100 rows",
      "a transaction, 4 connections, as single-row inserts and as one multi-row insert."
    })
public final class LimitCommand implements Callable<Integer> {
  private static final int CHAIN = 3;
  private static final int RUNS = 200;

  @Mixin private TestBed.Options testBed = new TestBed.Options();
  @Mixin private LimitOptions limitOptions = new LimitOptions();

  @Mixin private OutputOption output = new OutputOption();

  private final PrintStream out;

  public LimitCommand(PrintStream out) {
    this.out = out;
  }

  record Limit(
      String instrument,
      double measuredSeconds,
      double limitRowsPerSecond,
      double limitMultiRowsPerSecond) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.open(testBed)) {
      try (AuditedLoad load = AuditedLoad.ofChain(bed, CHAIN)) {
        load.run(runs -> runs.burst(RUNS));
      }
      InsertLimit.Limit limit = InsertLimit.measure(bed.postgres(), limitOptions.window());
      Output.print(
          out,
          output.format(),
          new Limit(
              "limit",
              limitOptions.window().toMillis() / 1_000.0,
              Output.rounded(limit.rowsPerSecond()),
              Output.rounded(limit.multiRowsPerSecond())));
      return 0;
    }
  }
}
