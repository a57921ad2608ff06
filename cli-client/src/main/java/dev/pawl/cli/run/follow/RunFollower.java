package dev.pawl.cli.run.follow;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.OutputFormat;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.Located;
import dev.pawl.cli.run.RunSteps;
import dev.pawl.cli.terminal.Detach;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.TailLogsResponse;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.WatchResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Follows one run until it has ended.
 *
 * <p>It opens a stream that begins with a snapshot, and reads the run and its steps from their
 * owner once the snapshot is complete: whatever happens after that reading is in the stream, and
 * what the stream repeats of before is known already. So nothing is missed and nothing is shown
 * twice.
 */
public final class RunFollower {
  private static final Duration TICK = Duration.ofMillis(100);

  /** How long the last events and lines may come after the end of the run was read. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /**
   * What is shown.
   *
   * @param tail how many earlier lines of each attempt; all when empty
   * @param compact one line per change, also on a terminal
   * @param logs whether lines of the logs are shown
   * @param goTo the step to open at: where the run is, or a part of a name; nowhere when empty
   */
  public record Wishes(OptionalInt tail, boolean compact, boolean logs, Optional<String> goTo) {}

  /** Where a run is that is followed: the first step that failed, else the one that runs ... */
  public static final String PROGRESS = "failed";

  private final Invocation invocation;
  private final String run;
  private final Wishes wishes;
  private final Board board = new Board();

  /**
   * @param run its name; the id in it may be a part
   */
  public RunFollower(Invocation invocation, String run, Wishes wishes) {
    this.invocation = invocation;
    this.run = run;
    this.wishes = wishes;
  }

  /** Returns how the run ended, as an exit code. */
  public ExitCode follow() {
    long begin = System.nanoTime();
    Run head = readRun(run);
    FollowView view = view();
    Runnable detached =
        () -> {
          if (view instanceof LiveView live) {
            live.abandon();
          }
          invocation
              .streams()
              .err()
              .println(
                  "\nDetached; the run goes on. Follow it again: pawl run watch "
                      + Names.brief(head.getId()));
        };
    Run ended;
    try (Feeds feeds = new Feeds(invocation, head.getName());
        Detach _ = Detach.onInterrupt(detached)) {
      feeds.openWatch();
      ended = loop(head.getName(), view, feeds, begin);
    }
    view.end(board);
    summarise(ended);
    return States.exitCode(ended.getState());
  }

  private Run loop(String name, FollowView view, Feeds feeds, long begin) {
    boolean begun = false;
    LogReading logs = new LogReading(feeds);
    // The last end of the run that the stream told, by its place among the run's facts.
    long endSeen = 0;
    Optional<Long> endedAt = Optional.empty();
    while (true) {
      boolean enough =
          endedAt.isPresent()
              && ((logs.isOver() && endSeen >= board.run().getRevision().getSequence())
                  || System.nanoTime() - endedAt.get() > GRACE.toNanos());
      if (enough) {
        return board.run();
      }
      checkTimeout(begin);
      Optional<Feeds.Input> input = feeds.next(TICK);
      if (input.isPresent()) {
        switch (input.get()) {
          case Feeds.Watched(WatchResponse message) -> {
            view.message(message);
            endSeen = Math.max(endSeen, endIn(message));
            if (endedAt.isPresent()) {
              // Whatever it does next, it has ended.
            } else if (message.hasSnapshotEnd()) {
              load(name, view, begun);
              if (!begun) {
                logs.open();
              }
              begun = true;
            } else if (message.hasEvent() && begun) {
              view.changed(board, board.apply(message.getEvent()));
            }
          }
          case Feeds.Logged(TailLogsResponse message) -> {
            logs.read(message);
            view.log(
                board.row(message.getSection().getExecution()),
                message.getLinesList().stream().map(LogLine::getText).toList());
          }
          case Feeds.LogsOver(var failure) -> {
            failure.ifPresent(
                status -> invocation.note("The logs cannot be followed: " + status.getStatus()));
            logs.over();
          }
          case Feeds.WatchOver(var failure) -> {
            if (endedAt.isEmpty()) {
              if (failure.isPresent()
                  && failure.get().getStatus().getCode() != Status.Code.OUT_OF_RANGE) {
                throw failure.get();
              }
              // The cursor is too old to go on from, or the server ended the stream: begin again.
              feeds.openWatch();
            }
          }
        }
      }
      if (begun && board.isEnded() && endedAt.isEmpty()) {
        load(name, view, true);
        if (board.isEnded()) {
          endedAt = Optional.of(System.nanoTime());
        } else {
          // Somebody was quick: it goes on already.
          logs.goOn();
        }
      }
      if (begun) {
        view.tick(board);
      }
    }
  }

  /** The place of an end of the run among its facts; 0 when the message tells none. */
  private static long endIn(WatchResponse message) {
    if (message.getEvent().hasRunEnded()) {
      return message.getEvent().getSequence();
    }
    Run row = message.getRow().getRun();
    return States.isEnded(row.getState()) ? row.getRevision().getSequence() : 0;
  }

  /**
   * The stream of the logs, which ends with the run; when the run goes on, so does the stream, from
   * where it was.
   */
  private final class LogReading {
    private final Feeds feeds;
    private boolean over = !wantsLogs();
    private boolean again;
    private String cursor = "";

    LogReading(Feeds feeds) {
      this.feeds = feeds;
    }

    boolean isOver() {
      return over;
    }

    void open() {
      if (wantsLogs()) {
        feeds.openLogs(wishes.tail(), cursor);
        over = false;
      }
    }

    void read(TailLogsResponse message) {
      cursor = message.getCursor().isEmpty() ? cursor : message.getCursor();
    }

    void over() {
      over = true;
      if (again) {
        again = false;
        open();
      }
    }

    void goOn() {
      if (over) {
        open();
      } else {
        // It has the end of the run in view, and will end.
        again = true;
      }
    }
  }

  /** Reads the run and its steps from their owner. */
  private void load(String name, FollowView view, boolean begun) {
    Run head = readRun(name);
    List<TaskRun> steps = RunSteps.read(invocation, name);
    List<Board.Change> changes = board.load(head, steps);
    if (!begun) {
      view.begin(board);
    }
    view.changed(board, changes);
    if (!begun) {
      wishes.goTo().ifPresent(wanted -> open(name, view, wanted));
    }
  }

  private void open(String name, FollowView view, String wanted) {
    Located found =
        Located.of(
            invocation,
            name,
            wanted.equals(PROGRESS) ? "" : wanted,
            wishes.logs() ? wishes.tail().orElse(0) : 0);
    if (found.step().isEmpty()) {
      invocation.note("No step has %s in its name.".formatted(wanted));
    }
    view.open(found);
  }

  private boolean wantsLogs() {
    return wishes.logs() && invocation.format().isForPeople() && !invocation.isQuiet();
  }

  private FollowView view() {
    if (invocation.format() == OutputFormat.JSONL) {
      return new SilentView(Optional.of(invocation.streams().out()));
    }
    if (!invocation.format().isForPeople() || invocation.isQuiet()) {
      return new SilentView(Optional.empty());
    }
    return invocation.isLively() && !wishes.compact()
        ? new LiveView(invocation)
        : new PlainView(invocation);
  }

  private void summarise(Run ended) {
    if (invocation.format() == OutputFormat.JSONL) {
      return;
    }
    Ending ending = new Ending(invocation);
    invocation.printer().item(ended, ended.getId(), ended.getName(), () -> ending.lines(ended));
    List<String> advice = ending.advice(ended, board.step(Names.execution(ended.getFailure())));
    if (!advice.isEmpty() && invocation.format().isForPeople()) {
      invocation.hint("");
      advice.forEach(line -> invocation.hint("  " + line));
    }
  }

  private void checkTimeout(long begin) {
    Optional<Duration> limit = invocation.explicitTimeout();
    if (limit.isPresent() && System.nanoTime() - begin > limit.get().toNanos()) {
      throw CommandFailed.of(
          ExitCode.TIMED_OUT,
          "Run %s is still %s; it goes on."
              .formatted(Names.last(run), States.name(board.run().getState())),
          "Follow it again: pawl run watch " + Names.last(run));
    }
  }

  private Run readRun(String name) {
    return invocation
        .connection()
        .call(RunServiceGrpc.getGetRunMethod(), GetRunRequest.newBuilder().setName(name).build())
        .getRun();
  }
}
