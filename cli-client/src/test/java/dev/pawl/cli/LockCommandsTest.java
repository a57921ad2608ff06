package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.server.FakeServer;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.v1.Lock;
import dev.pawl.v1.LockState;
import dev.pawl.v1.RunLock;
import dev.pawl.v1.RunState;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people see and do of locks. */
class LockCommandsTest {
  private static final Lock ZONE =
      Lock.newBuilder()
          .setName("projects/default/locks/maintenance")
          .setScope("maintenance")
          .setKey("z1")
          .setState(LockState.LOCK_STATE_HELD)
          .setHolder(Sample.RUN)
          .setInitiator("operator-1")
          .setAcquireTime(Sample.ago(Duration.ofMinutes(3)))
          .setLastHolder(Sample.RUN)
          .setVersion(7)
          .build();

  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  LockCommandsTest() {
    server.locks.held.add(ZONE);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void locks_are_listed_with_their_holders() {
    server.locks.held.add(ZONE.toBuilder().clearKey().setScope("backup").build());

    Golden.check("lock-list", shell.run("lock", "list").out());

    shell.run("lock", "list", "--key", "z1", "--holder", "7f3k2xy", "--scope", "maintenance");
    assertThat(server.locks.listed.getLast())
        .satisfies(
            request -> {
              assertThat(request.getKey()).isEqualTo("z1");
              assertThat(request.getHolder()).isEqualTo("projects/default/runs/7f3k2xy");
              assertThat(request.getScope()).isEqualTo("maintenance");
            });
  }

  @Test
  void a_lock_is_shown_with_who_holds_it_and_how_to_see_that_run() {
    Shell.Ran ran = shell.run("lock", "get", "--key", "z1");

    Golden.check("lock-get", ran.out());
    assertThat(ran.err()).contains("pawl run get 07f3k2xy");
    assertThat(server.locks.read.getLast().getName())
        .isEqualTo("projects/default/locks/maintenance");
    assertThat(server.locks.read.getLast().getKey()).isEqualTo("z1");
    shell.run("lock", "get", "--scope", "backup");
    assertThat(server.locks.read.getLast().hasKey()).isFalse();
  }

  @Test
  void a_lock_is_taken_away_with_a_reason_and_only_when_it_is_meant() {
    assertThat(shell.run("lock", "release", "--key", "z1", "--yes").exitCode()).isEqualTo(2);
    assertThat(shell.run("lock", "release", "--key", "z1", "--reason", "gone").exitCode())
        .isEqualTo(2);
    assertThat(server.locks.released).isEmpty();

    Shell.Ran dry = shell.run("lock", "release", "--key", "z1", "--reason", "gone", "--dry-run");
    assertThat(dry.out()).contains("Would take the maintenance lock of z1 from run 07f3k2xy");
    assertThat(server.locks.released.getLast().getConfirm()).isFalse();

    Shell.Ran ran =
        shell.run(
            "lock",
            "release",
            "--key",
            "z1",
            "--reason",
            "gone",
            "--yes",
            "--expected-version",
            "7");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("Took the maintenance lock of z1 from run 07f3k2xy");
    assertThat(ran.err()).contains("goes on without it");
    assertThat(server.locks.released.getLast())
        .satisfies(
            request -> {
              assertThat(request.getConfirm()).isTrue();
              assertThat(request.getReason()).isEqualTo("gone");
              assertThat(request.getExpectedVersion()).isEqualTo(7);
              assertThat(request.getRequestId()).isNotEmpty();
            });
  }

  @Test
  void a_run_shows_its_locks() {
    server.runs.put(
        Sample.run(RunState.RUN_STATE_FAILED).toBuilder()
            .addLocks(
                RunLock.newBuilder()
                    .setScope("maintenance")
                    .setKey("z1")
                    .setState(LockState.LOCK_STATE_LOST)
                    .setLostTo("root")
                    .setLostBecause("the host is gone"))
            .addLocks(
                RunLock.newBuilder()
                    .setScope("maintenance")
                    .setKey("z2")
                    .setState(LockState.LOCK_STATE_HELD))
            .build());

    assertThat(shell.run("run", "get", "7f3k2xy").out())
        .contains("maintenance z1  LOST to root: the host is gone")
        .contains("maintenance z2  HELD");
  }

  @Test
  void a_refused_command_says_who_holds_the_lock_and_what_to_do() {
    server.runs.refusal.set(
        Optional.of(
            PawlErrors.toException(
                new PawlError(
                    Status.Code.FAILED_PRECONDITION,
                    "run %s holds the maintenance lock of \"z1\": wait for it, or see what it does with `pawl run get 07f3k2xy`"
                        .formatted(Sample.ID),
                    Optional.of("LOCK_HELD"),
                    Map.of("holder", Sample.RUN, "key", "z1", "scope", "maintenance"),
                    List.of(),
                    Optional.empty()))));

    Shell.Ran ran = shell.run("run", "retry", "7f3k2xy");

    assertThat(ran.exitCode()).isEqualTo(5);
    Golden.check("lock-held", ran.err());
  }
}
