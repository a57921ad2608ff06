package dev.pawl.engine.execution;

import com.google.protobuf.ByteString;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.worker.WorkerLease;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The log of an attempt that started a run: what it started, what kept it from that, and how that
 * ended. A line that could not be stored is sent again for a while, behind what is stored then.
 */
final class SubRunLog {
  private static final int TRIES = 10;
  private static final Executor A_SECOND_LATER =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run);

  private final SubRunWorld world;
  private final WorkerLease lease;
  private final String worker;

  /** How many lines are stored; empty while that is not known. */
  private CompletionStage<OptionalLong> stored;

  /** A line; its text may depend on how many are stored before it. */
  private record Line(Instant at, LongFunction<String> text, boolean last) {}

  /**
   * The log of one attempt.
   *
   * @param life another one may have written lines already, unless this is the first
   */
  SubRunLog(SubRunWorld world, WorkerLease lease, String worker, SubRun.Life life) {
    this.world = world;
    this.lease = lease;
    this.worker = worker;
    this.stored =
        CompletableFuture.completedFuture(
            switch (life) {
              case FIRST -> OptionalLong.of(0);
              case FURTHER -> OptionalLong.empty();
            });
  }

  /**
   * Appends a line behind those before it; fails when it cannot be stored for some while, and is
   * then missing.
   *
   * @param text of the line, by how many lines are stored before it
   * @param last no line follows
   * @return how many lines are stored then
   */
  CompletionStage<Long> write(LongFunction<String> text, boolean last) {
    Line line = new Line(world.clock().instant(), text, last);
    CompletionStage<Long> written = stored.thenCompose(before -> put(before, line));
    stored =
        written.handle(
            (lines, failure) -> failure == null ? OptionalLong.of(lines) : OptionalLong.empty());
    return written;
  }

  private CompletionStage<Long> put(OptionalLong before, Line line) {
    if (before.isEmpty()) {
      return again(TRIES, this::ask).thenCompose(known -> put(OptionalLong.of(known), line));
    }
    long behind = before.getAsLong();
    return append(behind, line)
        .exceptionallyCompose(
            _ ->
                again(
                    TRIES,
                    () ->
                        // It may have been stored, and only the answer lost.
                        ask().thenCompose(now -> now > behind ? done(now) : append(behind, line))));
  }

  private static CompletionStage<Long> done(long lines) {
    return CompletableFuture.completedFuture(lines);
  }

  private static CompletionStage<Long> again(int tries, Supplier<CompletionStage<Long>> what) {
    return what.get()
        .exceptionallyCompose(
            failure ->
                tries == 1
                    ? CompletableFuture.failedStage(failure)
                    : CompletableFuture.runAsync(() -> {}, A_SECOND_LATER)
                        .thenCompose(_ -> again(tries - 1, what)));
  }

  private CompletionStage<Long> append(long behind, Line line) {
    return append(
        chunk(
            behind + 1, 1, world.packer().pack(line.at(), line.text().apply(behind)), line.last()));
  }

  /** A mark that says nothing new changes nothing, and is answered with what is stored. */
  private CompletionStage<Long> ask() {
    return append(chunk(1, 0, ByteString.EMPTY, false));
  }

  private CompletionStage<Long> append(LogChunk chunk) {
    return world.logs().append(chunk).thenApply(Logs.Stored::storedSequence);
  }

  private LogChunk chunk(long firstSequence, int lineCount, ByteString lines, boolean last) {
    return new LogChunk(
        new LogKey(lease.execution(), lease.fence()),
        lease.startedAt(),
        lease.round(),
        lease.attempt(),
        lease.operation(),
        worker,
        firstSequence,
        lineCount,
        lines,
        last,
        false);
  }
}
