package dev.pawl.cli.run;

import com.google.protobuf.util.Durations;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.WaitRunRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Waits until a run has ended. */
@Command(
    description = "Wait until a run has ended; its result is the exit code.",
    footer = {"", "Examples:", "  pawl run wait 7f3k2xyz --timeout 30m && echo succeeded"})
public final class RunWait implements Callable<Integer> {
  /** The longest that one call may wait. */
  private static final Duration TURN = Duration.ofSeconds(60);

  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  public RunWait(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    String name = RunReference.run(invocation, run);
    Optional<Duration> limit = invocation.explicitTimeout();
    long begin = System.nanoTime();
    while (true) {
      Duration used = Duration.ofNanos(System.nanoTime() - begin);
      Duration left = limit.map(all -> all.minus(used)).orElse(TURN);
      Duration turn = left.compareTo(TURN) > 0 ? TURN : left.isNegative() ? Duration.ZERO : left;
      Run found =
          invocation
              .connection()
              .call(
                  RunServiceGrpc.getWaitRunMethod(),
                  WaitRunRequest.newBuilder()
                      .setName(name)
                      .setTimeout(Durations.fromMillis(Math.max(1, turn.toMillis())))
                      .build(),
                  turn.plusSeconds(10))
              .getRun();
      if (States.isEnded(found.getState())) {
        RunDetails.print(invocation, found);
        return States.exitCode(found.getState()).number();
      }
      if (limit.isPresent() && turn.equals(left)) {
        throw CommandFailed.of(
            ExitCode.TIMED_OUT,
            "Run %s is still %s; it goes on."
                .formatted(Names.brief(found.getId()), States.name(found.getState())),
            "Wait longer with --timeout.");
      }
    }
  }
}
