package dev.pawl.api.fake;

import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Logs in memory: chunks that are stored reach the tails, unless a tail is told to lag. */
public final class FakeLogs implements Logs {
  private final Map<LogKey, List<LogChunk>> stored = new LinkedHashMap<>();
  private final List<FakeTail> tails = new ArrayList<>();
  public final List<LogChunk> appended = new ArrayList<>();

  /** What every append waits for. */
  public volatile CompletableFuture<?> gate = CompletableFuture.completedFuture(null);

  private final Set<LogChunk> gone = new HashSet<>();

  /** How often lines were read. */
  public final AtomicInteger reads = new AtomicInteger();

  /** Called after a tail was opened and before the store is read. */
  public volatile Runnable onSections = () -> {};

  /** Stores a chunk, and shows it to the tails. */
  public void store(LogChunk chunk) {
    storeUnseen(chunk);
    synchronized (this) {
      tails.forEach(tail -> tail.offer(chunk));
    }
  }

  /** Stores a chunk that no tail is shown. */
  public synchronized void storeUnseen(LogChunk chunk) {
    stored.computeIfAbsent(chunk.key(), _ -> new ArrayList<>()).add(chunk);
  }

  /** The lines of all that is stored are kept no more, their sections are. */
  public synchronized void dropLines() {
    stored.values().forEach(gone::addAll);
  }

  /** Shows a chunk to the tails once more. */
  public synchronized void showAgain(LogChunk chunk) {
    tails.forEach(tail -> tail.offer(chunk));
  }

  /** Makes the tails say that they lagged. */
  public synchronized void lag() {
    tails.forEach(FakeTail::lag);
  }

  public synchronized int openTails() {
    return tails.size();
  }

  @Override
  public CompletionStage<Stored> append(LogChunk chunk) {
    synchronized (this) {
      appended.add(chunk);
    }
    return gate.thenApply(
        _ -> {
          store(chunk);
          return new Stored(chunk.nextSequence() - 1, false);
        });
  }

  @Override
  public CompletionStage<List<LogSection>> sections(RunId run, Optional<String> task) {
    Runnable before = onSections;
    onSections = () -> {};
    before.run();
    synchronized (this) {
      return CompletableFuture.completedFuture(
          stored.values().stream()
              .map(FakeLogs::section)
              .filter(section -> section.key().execution().run().equals(run))
              .filter(
                  section -> task.isEmpty() || section.key().execution().task().equals(task.get()))
              .toList());
    }
  }

  private static LogSection section(List<LogChunk> chunks) {
    LogChunk last = chunks.getLast();
    return new LogSection(
        last.key(),
        last.startedAt(),
        last.round(),
        last.attempt(),
        last.operation(),
        last.worker(),
        last.nextSequence() - 1,
        chunks.stream().mapToLong(chunk -> chunk.lines().size()).sum(),
        last.last(),
        chunks.stream().anyMatch(LogChunk::truncated));
  }

  @Override
  public synchronized CompletionStage<List<LogChunk>> read(
      LogKey key, long fromSequence, int maxBytes) {
    reads.incrementAndGet();
    List<LogChunk> found = new ArrayList<>();
    int bytes = 0;
    for (LogChunk chunk : stored.getOrDefault(key, List.of())) {
      if (!gone.contains(chunk)
          && chunk.nextSequence() > fromSequence
          && (bytes == 0 || bytes < maxBytes)) {
        found.add(chunk);
        bytes += chunk.lines().size();
      }
    }
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public synchronized Tail tail(RunId run, Optional<String> task) {
    FakeTail tail = new FakeTail(task);
    tails.add(tail);
    return tail;
  }

  private final class FakeTail implements Tail {
    private final Optional<String> task;
    private final Deque<LogChunk> chunks = new ArrayDeque<>();
    private boolean lagged;
    private @Nullable CompletableFuture<List<LogChunk>> asked;

    FakeTail(Optional<String> task) {
      this.task = task;
    }

    synchronized void offer(LogChunk chunk) {
      if (task.isPresent() && !task.get().equals(chunk.key().execution().task())) {
        return;
      }
      chunks.add(chunk);
      answer();
    }

    synchronized void lag() {
      chunks.clear();
      lagged = true;
      answer();
    }

    private void answer() {
      CompletableFuture<List<LogChunk>> waiting = asked;
      if (waiting == null || waiting.isDone()) {
        return;
      }
      asked = null;
      // Its timeout may be quicker: what was not handed over stays for the next question.
      if (lagged) {
        lagged = !waiting.completeExceptionally(new TailLagged());
      } else if (waiting.complete(List.copyOf(chunks))) {
        chunks.clear();
      }
    }

    @Override
    public synchronized CompletionStage<List<LogChunk>> next() {
      CompletableFuture<List<LogChunk>> next = new CompletableFuture<>();
      asked = next;
      if (lagged || !chunks.isEmpty()) {
        answer();
      }
      return next.completeOnTimeout(List.of(), 50, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
      synchronized (FakeLogs.this) {
        tails.remove(this);
      }
    }
  }
}
