package dev.pawl.engine.log;

import static dev.pawl.engine.log.LogFixture.CLOCK;
import static dev.pawl.engine.log.LogFixture.await;
import static dev.pawl.engine.log.LogFixture.chunk;
import static dev.pawl.engine.log.LogFixture.key;
import static dev.pawl.engine.log.LogFixture.newRun;
import static dev.pawl.engine.log.LogFixture.readAll;
import static dev.pawl.engine.log.LogFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.PostgresServer;
import dev.pawl.engine.run.RunId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LogOutageTest {
  @Test
  @Covers("OBS-31")
  void while_postgresql_is_away_nothing_is_said_to_be_stored_and_nothing_is_lost_later(
      @TempDir Path directory) throws Exception {
    RunId run = newRun();
    LogKey build = key(run, "build");
    try (PostgresServer server = new PostgresServer(directory.resolve("data"));
        Database database = server.database("postgres").open();
        LogHubs logs = new LogHubs(database, CLOCK, LogNeighbours.NONE)) {
      await(logs.append(chunk(build, 1, 1)));
      List<CompletableFuture<Logs.Stored>> answers = new ArrayList<>();
      server.stop();
      long start = System.nanoTime();
      for (long line = 2; line <= 50; line++) {
        answers.add(logs.append(chunk(build, line, 1)).toCompletableFuture());
      }
      for (CompletableFuture<Logs.Stored> answer : answers) {
        assertThatThrownBy(() -> await(answer)).hasCauseInstanceOf(Unavailable.class);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
      assertThat(logs.waitingBytes()).isZero();

      server.restart();
      // What the worker does: from the first one that was not answered on.
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(append(logs, chunk(build, 2, 1))).isEqualTo(stored(2)));
      for (long line = 3; line <= 50; line++) {
        assertThat(await(logs.append(chunk(build, line, 1)))).isEqualTo(stored(line));
      }
      assertThat(readAll(logs, build))
          .isEqualTo(
              LongStream.rangeClosed(1, 50).mapToObj(line -> chunk(build, line, 1)).toList());
    }
  }

  private static Logs.Stored append(Logs logs, LogChunk chunk) throws Exception {
    try {
      return await(logs.append(chunk));
    } catch (ExecutionException e) {
      throw new AssertionError("not yet", e);
    }
  }
}
