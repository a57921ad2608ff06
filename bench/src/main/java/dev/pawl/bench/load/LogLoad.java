package dev.pawl.bench.load;

import dev.pawl.worker.Assignment;
import dev.pawl.worker.Outputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A handler that logs as fast as it is let, until it is told that time is up or its log is long
 * enough: an attempt may not log without end.
 */
final class LogLoad {
  /** The name that tasks give it. */
  static final String HANDLER = "bench-log";

  /** Below what the server keeps of one attempt, even if it were not packed. */
  private static final long ATTEMPT_BYTES = 192L << 20;

  private static final int DISTINCT = 4_096;
  private static final String[] WORDS = {
    "accepted",
    "batch",
    "block",
    "bytes",
    "cache",
    "checksum",
    "client",
    "committed",
    "connection",
    "copied",
    "deadline",
    "disk",
    "elapsed",
    "entry",
    "error",
    "fetched",
    "file",
    "flush",
    "group",
    "host",
    "index",
    "job",
    "key",
    "latency",
    "lease",
    "merged",
    "node",
    "offset",
    "page",
    "partition",
    "path",
    "pending",
    "queue",
    "read",
    "region",
    "replica",
    "request",
    "response",
    "retry",
    "row",
    "segment",
    "session",
    "shard",
    "size",
    "skipped",
    "slot",
    "status",
    "table",
    "task",
    "thread",
    "timeout",
    "token",
    "transfer",
    "upload",
    "user",
    "verified",
    "worker",
    "written"
  };

  private final List<String> lines;
  private final int lineBytes;
  private final Consumer<String> begun;
  private final Set<String> live = ConcurrentHashMap.newKeySet();
  private final LongAdder written = new LongAdder();
  private volatile boolean over;

  /**
   * A handler with its lines.
   *
   * @param lineBytes the length of each line, without its end
   * @param begun told of the run of each piece of work before its first line
   */
  LogLoad(int lineBytes, Consumer<String> begun) {
    this.lineBytes = lineBytes;
    this.begun = begun;
    this.lines = lines(lineBytes);
  }

  /** Text like that of a service: words, numbers, ids; it packs to about a third. */
  private static List<String> lines(int length) {
    Random random = new Random(7171);
    List<String> lines = new ArrayList<>(DISTINCT);
    for (int i = 0; i < DISTINCT; i++) {
      StringBuilder line = new StringBuilder(length + 32);
      while (line.length() < length) {
        switch (random.nextInt(6)) {
          case 0 -> line.append(Long.toHexString(random.nextLong()));
          case 1 -> line.append(random.nextInt(100_000));
          default -> line.append(WORDS[random.nextInt(WORDS.length)]);
        }
        line.append(random.nextInt(4) == 0 ? '=' : ' ');
      }
      lines.add(line.substring(0, length));
    }
    return lines;
  }

  Outputs handle(Assignment assignment) {
    String execution = assignment.execution();
    String run = execution.substring(0, execution.indexOf("/taskRuns/"));
    long most = ATTEMPT_BYTES / lineBytes;
    long count = 0;
    live.add(run);
    begun.accept(run);
    while (count < most && !over && !assignment.isStopping()) {
      assignment.info(lines.get((int) (count % DISTINCT)));
      count++;
    }
    live.remove(run);
    written.add(count);
    return Outputs.none();
  }

  /** Lets all work end soon, also work that comes later. */
  void end() {
    over = true;
  }

  /** How many lines ended work has written. */
  long written() {
    return written.sum();
  }

  /** The runs whose work logs now. */
  List<String> live() {
    return List.copyOf(live);
  }
}
