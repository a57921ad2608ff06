package dev.pawl.cli.run.follow;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.Located;
import dev.pawl.cli.run.RunDetails;
import dev.pawl.cli.terminal.LiveRegion;
import dev.pawl.cli.terminal.Screen;
import dev.pawl.v1.Run;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The run redrawn in place, at most ten times a second, cut to the size of the terminal. */
final class LiveView implements FollowView {
  private static final Duration PACE = Duration.ofMillis(100);
  private static final int WIDEST_NAME = 40;
  private static final int MOST_TAILS = 5;

  /** Title, progress, the line about Ctrl-C, and three empty lines. */
  private static final int FRAME = 6;

  private final Invocation invocation;
  private final Style style;
  private final Times times;
  private final StepText text;
  private final LiveRegion region;
  private final Map<String, String> lastLines = new LinkedHashMap<>();

  /** The step that somebody wants to see in the first place; empty for none. */
  private String focus = "";

  private long lastDraw;

  LiveView(Invocation invocation) {
    this.invocation = invocation;
    this.style = invocation.style();
    this.times = invocation.times();
    this.text = new StepText(style, times);
    this.region = new LiveRegion(invocation.streams().out());
  }

  @Override
  public void begin(Board board) {
    draw(board, true);
  }

  @Override
  public void changed(Board board, List<Board.Change> changes) {
    tick(board);
  }

  @Override
  public void log(String step, List<String> lines) {
    if (!lines.isEmpty()) {
      lastLines.put(step, Text.harmless(lines.getLast()));
    }
  }

  @Override
  public void open(Located found) {
    focus = found.step().map(TaskRun::getTask).orElse("");
    log(focus, found.lines());
  }

  @Override
  public void tick(Board board) {
    if (System.nanoTime() - lastDraw >= PACE.toNanos()) {
      draw(board, true);
    }
  }

  @Override
  public void end(Board board) {
    draw(board, false);
    region.end();
  }

  /** Gives the terminal back at once, from whatever thread. */
  void abandon() {
    region.end();
  }

  private void draw(Board board, boolean goesOn) {
    lastDraw = System.nanoTime();
    Screen.Size size = invocation.streams().screen().size();
    region.draw(lines(board, size.rows(), goesOn), size.columns());
  }

  /** A frame that fits into so many rows. */
  List<String> lines(Board board, int rows, boolean goesOn) {
    Run run = board.run();
    List<String> tails = tails(board, goesOn);
    List<String> lines = new ArrayList<>();
    lines.add(
        style.bold("Run " + Names.brief(run.getId()))
            + "  "
            + RunDetails.title(run)
            + "   "
            + style.state(States.name(run.getState()))
            + "   started "
            + times.clock(run.getCreateTime())
            + (run.getInitiator().isEmpty() ? "" : " by " + run.getInitiator()));
    lines.add("");
    steps(board, Math.max(1, rows - 1 - FRAME - tails.size()), lines);
    lines.add("");
    long total = board.rows().size();
    lines.add(
        "  %s  %d/%d steps   elapsed %s"
            .formatted(
                style.progress(board.ended(), total, 24),
                board.ended(),
                total,
                times.elapsed(run.getCreateTime(), run.getEndTime())));
    lines.addAll(tails);
    if (goesOn) {
      lines.add(style.dim("Ctrl-C detaches; the run goes on."));
    } else {
      lines.add("");
    }
    return lines;
  }

  private void steps(Board board, int room, List<String> lines) {
    List<StepRow> all = List.copyOf(board.rows());
    List<StepRow> shown = all;
    if (all.size() > room) {
      shown =
          all.stream()
              .sorted(Comparator.comparingInt(this::rank))
              .limit(Math.max(0, room - 1))
              .toList();
    }
    int width =
        Math.min(
            WIDEST_NAME, shown.stream().mapToInt(row -> Text.width(row.task())).max().orElse(0));
    for (StepRow row : shown) {
      String detail = text.detail(row.step());
      lines.add(
          ("  "
                  + style.mark(States.name(row.state()))
                  + " "
                  + Text.pad(Text.fit(row.task(), width), width)
                  + "  "
                  + (row.phase().isWaiting()
                      ? style.dim("waits for " + board.waitsFor(row))
                      : detail))
              .stripTrailing());
    }
    if (shown.size() < all.size()) {
      long done = all.stream().filter(StepRow::isEnded).count();
      long doneShown = shown.stream().filter(StepRow::isEnded).count();
      long waiting = all.size() - done - (shown.size() - doneShown);
      lines.add(
          "  %s %s%s%s"
              .formatted(
                  style.ellipsis(),
                  done > doneShown ? done - doneShown + " more done" : "",
                  done > doneShown && waiting > 0 ? ", " : "",
                  waiting > 0 ? waiting + " more to do" : ""));
    }
  }

  /** What is worth a line when there is no room for all. */
  private int rank(StepRow row) {
    return row.task().equals(focus) ? -1 : rank(row.state());
  }

  private static int rank(TaskRunState state) {
    return switch (state) {
      case TASK_RUN_STATE_FAILED, TASK_RUN_STATE_ROLLBACK_FAILED -> 0;
      case TASK_RUN_STATE_RUNNING,
          TASK_RUN_STATE_TERMINATING,
          TASK_RUN_STATE_ROLLING_BACK,
          TASK_RUN_STATE_RETRY_WAIT ->
          1;
      case TASK_RUN_STATE_WAIT_DISPATCH -> 2;
      case TASK_RUN_STATE_WAIT_UPSTREAM, TASK_RUN_STATE_WAIT_EVENT -> 3;
      case TASK_RUN_STATE_SUCCEEDED,
          TASK_RUN_STATE_TERMINATED,
          TASK_RUN_STATE_SKIPPED,
          TASK_RUN_STATE_ROLLED_BACK,
          TASK_RUN_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          4;
    };
  }

  /** The last lines of what runs, and of what was asked for: those stay when all is over. */
  private List<String> tails(Board board, boolean goesOn) {
    return board.rows().stream()
        .filter(
            row ->
                row.task().equals(focus)
                    || goesOn && row.state() == TaskRunState.TASK_RUN_STATE_RUNNING)
        .filter(row -> lastLines.containsKey(row.task()))
        .limit(MOST_TAILS)
        .map(
            row ->
                "  " + style.cyan(row.task()) + " " + style.bar() + " " + lastLines.get(row.task()))
        .toList();
  }
}
