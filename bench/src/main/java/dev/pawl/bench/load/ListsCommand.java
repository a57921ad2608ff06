package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListRunsResponse;
import dev.pawl.v1.RunServiceGrpc;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how lists answer while the view behind them grows. */
@Command(
    name = "lists",
    mixinStandardHelpOptions = true,
    header = "How lists answer with many rows behind them.",
    description = {
      "Pages of ListRuns over a view that is filled by SQL: the first, of one state, of one",
      "workflow, and one far behind the first."
    })
public final class ListsCommand implements Callable<Integer> {
  private static final int DEEPEST = 100_000;
  private static final int WIDE = 2_000;
  private static final int PAGE = 50;

  // Ids as the server makes them: 26 characters. One run in a hundred failed, one in a thousand is
  // unfinished, and a hundred workflows share them.
  private static final String FILL =
      """
      INSERT INTO run_view
      SELECT lpad(n::text, 26, '0'), 'default', 'WORKFLOW', 'bench-list-' || n % 100, 1, '',
        'OFFLINE',
        CASE WHEN n % 1000 = 0 THEN 'RUNNING' WHEN n % 100 = 1 THEN 'FAILED' ELSE 'SUCCEEDED' END,
        n % 1000 <> 0, CASE WHEN n % 100 = 1 THEN 'TASK_FAILED' ELSE '' END, 'bench',
        jsonb_build_object('team', 'team-' || n % 10), at,
        CASE WHEN n % 1000 = 0 THEN NULL ELSE at + interval '5 s' END, 3, 3, 0, 0, 0, 5
      FROM (SELECT n, now() - (? - n) * interval '1 s' AS at FROM generate_series(?, ?) n) made\
      """;

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--rows",
      paramLabel = "N",
      split = ",",
      defaultValue = "1000,10000,100000,1000000",
      description = "Sizes of the view, growing (default: ${DEFAULT-VALUE}).")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--calls",
      paramLabel = "N",
      defaultValue = "200",
      description = "Calls of each kind (default: ${DEFAULT-VALUE}).")
  private int calls;

  private final PrintStream out;

  public ListsCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * The result for one size.
   *
   * @param deepRows how many rows are before the deep page
   */
  record Lists(
      String instrument,
      int rows,
      double firstPageP50Millis,
      double firstPageP99Millis,
      double failedP50Millis,
      double failedP99Millis,
      double runningP50Millis,
      double runningP99Millis,
      double workflowP50Millis,
      double workflowP99Millis,
      double labelP50Millis,
      double labelP99Millis,
      int deepRows,
      double deepPageP50Millis,
      double deepPageP99Millis) {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (TestBed bed = TestBed.openWithoutWorker(options.testBed());
        Connection database = bed.postgres().connect()) {
      RunServiceGrpc.RunServiceBlockingStub runs = RunServiceGrpc.newBlockingStub(bed.channel());
      int before = 0;
      for (int rows : sizes) {
        if (rows <= before) {
          throw new BenchFailure(2, "--rows must grow, and " + rows + " does not");
        }
        fill(database, before + 1, rows);
        before = rows;
        Output.print(out, options.format(), measure(runs, rows));
      }
      return 0;
    }
  }

  private static void fill(Connection database, int from, int to) throws SQLException {
    try (PreparedStatement rows = database.prepareStatement(FILL);
        Statement statement = database.createStatement()) {
      rows.setInt(1, to);
      rows.setInt(2, from);
      rows.setInt(3, to);
      rows.executeUpdate();
      statement.execute("VACUUM ANALYZE run_view");
    }
  }

  private Lists measure(RunServiceGrpc.RunServiceBlockingStub runs, int rows) {
    ListRunsRequest first = request(PAGE).build();
    Histogram firstPage = time(() -> runs.listRuns(first), Math.min(PAGE, rows));
    Histogram failed = filtered(runs, "state = FAILED");
    Histogram running = filtered(runs, "state = RUNNING");
    Histogram workflow = filtered(runs, "workflow = \"bench-list-7\"");
    Histogram label = filtered(runs, "labels.team = \"team-3\"");
    int depth = Math.min(rows - PAGE, DEEPEST) / PAGE * PAGE;
    String token = tokenBehind(runs, depth);
    ListRunsRequest deep = request(PAGE).setPageToken(token).build();
    Histogram deepPage = time(() -> runs.listRuns(deep), PAGE);
    return new Lists(
        "lists",
        rows,
        millis(firstPage, 50),
        millis(firstPage, 99),
        millis(failed, 50),
        millis(failed, 99),
        millis(running, 50),
        millis(running, 99),
        millis(workflow, 50),
        millis(workflow, 99),
        millis(label, 50),
        millis(label, 99),
        depth,
        millis(deepPage, 50),
        millis(deepPage, 99));
  }

  private Histogram filtered(RunServiceGrpc.RunServiceBlockingStub runs, String filter) {
    ListRunsRequest request = request(PAGE).setFilter(filter).build();
    return time(() -> runs.listRuns(request), 1);
  }

  /** The token of the page behind so many rows. */
  private static String tokenBehind(RunServiceGrpc.RunServiceBlockingStub runs, int depth) {
    String token = "";
    int passed = 0;
    while (passed < depth) {
      ListRunsResponse page =
          runs.listRuns(request(Math.min(WIDE, depth - passed)).setPageToken(token).build());
      passed += page.getRunsCount();
      token = page.getNextPageToken();
      if (token.isEmpty()) {
        throw new BenchFailure(1, "the list ends after %d rows".formatted(passed));
      }
    }
    return token;
  }

  private Histogram time(Supplier<ListRunsResponse> call, int least) {
    // Prepared statements and code are warm from the sixth on.
    for (int i = 0; i < Math.max(10, calls / 5); i++) {
      var _ = call.get();
    }
    Histogram micros = new Histogram(3);
    for (int i = 0; i < calls; i++) {
      long begin = System.nanoTime();
      ListRunsResponse page = call.get();
      micros.recordValue((System.nanoTime() - begin) / 1_000);
      if (page.getRunsCount() < least) {
        throw new BenchFailure(
            1, "expected at least %d runs, got %d".formatted(least, page.getRunsCount()));
      }
    }
    return micros;
  }

  private static ListRunsRequest.Builder request(int size) {
    return ListRunsRequest.newBuilder().setParent(Definitions.PROJECT).setPageSize(size);
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / 1_000.0;
  }
}
