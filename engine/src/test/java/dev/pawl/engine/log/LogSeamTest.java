package dev.pawl.engine.log;

import static dev.pawl.engine.log.LogFixture.CLOCK;
import static dev.pawl.engine.log.LogFixture.await;
import static dev.pawl.engine.log.LogFixture.chunk;
import static dev.pawl.engine.log.LogFixture.key;
import static dev.pawl.engine.log.LogFixture.last;
import static dev.pawl.engine.log.LogFixture.newRun;
import static dev.pawl.engine.log.LogFixture.readAll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.covers.Covers;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many workers that repeat, reorder and move between nodes, and readers that come at any time. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class LogSeamTest {
  private static final int SECTIONS = 40;
  private static final int CHUNKS = 60;

  private final TestDatabase postgres;

  LogSeamTest(TestDatabase postgres) {
    this.postgres = postgres;
  }

  @Test
  @Covers({"OBS-31", "SYS-5"})
  void every_line_is_stored_once_in_order_and_live_readers_see_no_gap_and_no_repeat()
      throws Exception {
    RunId run = newRun();
    try (Database database = postgres.open();
        LogHubs logs = new LogHubs(database, CLOCK, LogNeighbours.NONE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Map<LogKey, List<LogChunk>>>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(threads.submit(reader(logs, run)));
      }
      write(threads, run, List.of(logs));
      readers.add(threads.submit(reader(logs, run)));

      for (int section = 0; section < SECTIONS; section++) {
        LogKey key = key(run, "task" + section);
        assertThat(readAll(logs, key)).isEqualTo(produced(key));
        for (Future<Map<LogKey, List<LogChunk>>> reader : readers) {
          assertThat(reader.get(60, TimeUnit.SECONDS).get(key)).isEqualTo(produced(key));
        }
      }
    }
  }

  @Test
  @Covers("OBS-31")
  void workers_that_move_between_nodes_lose_and_repeat_nothing() throws Exception {
    RunId run = newRun();
    try (Database database = postgres.open();
        LogHubs one = new LogHubs(database, CLOCK, LogNeighbours.NONE);
        LogHubs two = new LogHubs(database, CLOCK, LogNeighbours.NONE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      write(threads, run, List.of(one, two));

      for (int section = 0; section < SECTIONS; section++) {
        LogKey key = key(run, "task" + section);
        assertThat(readAll(one, key)).isEqualTo(produced(key));
      }
    }
  }

  private static List<LogChunk> produced(LogKey key) {
    List<LogChunk> chunks = new ArrayList<>();
    Random sizes = new Random(key.execution().task().hashCode());
    long next = 1;
    for (int i = 1; i < CHUNKS; i++) {
      int lines = 1 + sizes.nextInt(5);
      chunks.add(chunk(key, next, lines));
      next += lines;
    }
    chunks.add(last(key, next, 1));
    return chunks;
  }

  private static void write(ExecutorService threads, RunId run, List<LogHubs> nodes)
      throws Exception {
    List<Future<?>> workers = new ArrayList<>();
    for (int section = 0; section < SECTIONS; section++) {
      LogKey key = key(run, "task" + section);
      long seed = section;
      workers.add(
          threads.submit(
              () -> {
                send(nodes, produced(key), new Random(seed));
                return true;
              }));
    }
    for (Future<?> worker : workers) {
      worker.get(100, TimeUnit.SECONDS);
    }
  }

  /** Sends windows of chunks, with repeats and out of order, until all of them are stored. */
  private static void send(List<LogHubs> nodes, List<LogChunk> chunks, Random random)
      throws Exception {
    long end = chunks.getLast().nextSequence() - 1;
    long stored = 0;
    while (stored < end) {
      long from = stored;
      List<LogChunk> window = new ArrayList<>();
      for (LogChunk chunk : chunks) {
        boolean wanted = chunk.firstSequence() > from && window.size() < 16;
        if (wanted || random.nextInt(30) == 0) {
          window.add(chunk);
        }
        if (wanted && random.nextInt(4) == 0) {
          window.add(window.get(random.nextInt(window.size())));
        }
      }
      if (random.nextInt(3) == 0) {
        int i = random.nextInt(window.size());
        window.add(window.remove(i));
      }
      Logs node = nodes.get(random.nextInt(nodes.size()));
      List<CompletableFuture<Logs.Stored>> answers =
          window.stream().map(node::append).map(s -> s.toCompletableFuture()).toList();
      for (CompletableFuture<Logs.Stored> answer : answers) {
        long sequence = await(answer).storedSequence();
        assertThat(sequence).as("what is stored stays stored").isGreaterThanOrEqualTo(stored);
        stored = sequence;
      }
    }
  }

  /** History, then live, as the gateway does: until the ends of all sections were seen. */
  private static Callable<Map<LogKey, List<LogChunk>>> reader(Logs logs, RunId run) {
    return () -> {
      Map<LogKey, List<LogChunk>> seen = new HashMap<>();
      Set<LogKey> ended = new HashSet<>();
      try (Logs.Tail tail = logs.tail(run, Optional.empty())) {
        catchUp(logs, run, seen, ended);
        while (ended.size() < SECTIONS) {
          try {
            for (LogChunk chunk : await(tail.next())) {
              see(chunk, seen, ended);
            }
          } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(Logs.TailLagged.class);
            catchUp(logs, run, seen, ended);
          }
        }
      }
      return seen;
    };
  }

  private static void catchUp(
      Logs logs, RunId run, Map<LogKey, List<LogChunk>> seen, Set<LogKey> ended) throws Exception {
    for (LogSection section : await(logs.sections(run, Optional.empty()))) {
      for (LogChunk chunk : readAll(logs, section.key())) {
        see(chunk, seen, ended);
      }
    }
  }

  private static void see(LogChunk chunk, Map<LogKey, List<LogChunk>> seen, Set<LogKey> ended) {
    List<LogChunk> before = seen.computeIfAbsent(chunk.key(), _ -> new ArrayList<>());
    long next = before.isEmpty() ? 1 : before.getLast().nextSequence();
    if (chunk.firstSequence() >= next) {
      assertThat(chunk.firstSequence()).as("no gap in %s", chunk.key()).isEqualTo(next);
      before.add(chunk);
      if (chunk.last()) {
        ended.add(chunk.key());
      }
    }
  }
}
