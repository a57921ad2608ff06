package dev.pawl.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.v1.Action;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.ShellAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class WorkerProcessTest {
  private final FakeServer server = new FakeServer();
  @TempDir private Path directory;
  private Process worker;

  @BeforeEach
  void begin() throws IOException {
    worker =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    WorkerMain.class.getName(),
                    server.address(),
                    directory.resolve("work").toString()))
            .inheritIO()
            .start();
    await().atMost(Duration.ofSeconds(30)).until(() -> !server.sessions.isEmpty());
  }

  @AfterEach
  void end() {
    worker.destroyForcibly();
    server.close();
  }

  @Test
  void a_worker_that_is_told_to_end_finishes_its_work_first() throws InterruptedException {
    server.offer(
        server.lease(
            Action.newBuilder()
                .setNoop(NoopAction.newBuilder().setDuration(FakeServer.seconds(1)))));
    server.offer(
        server
            .lease(Action.newBuilder().setNoop(NoopAction.getDefaultInstance()))
            .setExecution("projects/p/runs/r/taskRuns/t/executions/1")
            .setSpecId("other")
            .setFence(2));
    server.result(2);
    worker.destroy();

    assertThat(server.result(1).hasSucceeded()).isTrue();
    assertThat(worker.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(server.session(1).requests).anyMatch(request -> request.hasDrain());
  }

  @Test
  void the_scripts_of_a_worker_that_is_killed_die_with_it() throws IOException {
    Path pids = directory.resolve("pids");
    server.offer(
        server.lease(
            Action.newBuilder()
                .setShell(
                    ShellAction.newBuilder()
                        .setScript("sleep 300 & echo $! > %s; wait".formatted(pids)))));
    await().until(() -> Files.exists(pids) && Files.readString(pids).endsWith("\n"));
    server.awaitStarted();
    ProcessHandle child =
        ProcessHandle.of(Long.parseLong(Files.readString(pids).strip())).orElseThrow();
    assertThat(child.isAlive()).isTrue();
    worker.destroyForcibly();
    await().until(() -> isGone(child));
  }

  /** An orphan whose new parent does not collect it stays a zombie. */
  private static boolean isGone(ProcessHandle process) throws IOException {
    Path stat = Path.of("/proc/" + process.pid() + "/stat");
    return !process.isAlive() || (Files.exists(stat) && Files.readString(stat).contains(") Z "));
  }
}
