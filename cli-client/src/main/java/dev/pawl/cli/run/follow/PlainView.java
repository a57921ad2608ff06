package dev.pawl.cli.run.follow;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.Located;
import dev.pawl.cli.run.RunDetails;
import dev.pawl.v1.Run;
import dev.pawl.v1.TaskRun;
import java.io.PrintStream;
import java.util.List;

/** One line per change, and the lines of the logs with their step before them. */
final class PlainView implements FollowView {
  private final Invocation invocation;
  private final PrintStream out;
  private final StepText text;

  PlainView(Invocation invocation) {
    this.invocation = invocation;
    this.out = invocation.streams().out();
    this.text = new StepText(invocation.style(), invocation.times());
  }

  @Override
  public void begin(Board board) {
    Run run = board.run();
    out.println(
        "%s  %s  Run %s  %s  %d steps%s"
            .formatted(
                invocation.times().clock(run.getCreateTime()),
                Text.pad(invocation.style().state(States.name(run.getState())), 13),
                Names.brief(run.getId()),
                RunDetails.title(run),
                run.getSteps().getTotal(),
                run.getInitiator().isEmpty() ? "" : "  started by " + run.getInitiator()));
  }

  @Override
  public void changed(Board board, List<Board.Change> changes) {
    for (Board.Change change : changes) {
      String when = invocation.times().clock(change.time());
      switch (change) {
        case Board.Change.StepChanged(var _, TaskRun step) ->
            out.println(
                (when
                        + "  "
                        + Text.pad(invocation.style().state(States.name(step.getState())), 13)
                        + "  "
                        + step.getTask()
                        + "  "
                        + text.detail(step))
                    .stripTrailing());
        case Board.Change.RunChanged(var _, Run run, var reopened) -> {
          // The end is told by the summary.
          if (!States.isEnded(run.getState())) {
            out.println(
                when
                    + "  "
                    + Text.pad(invocation.style().state(States.name(run.getState())), 13)
                    + "  run "
                    + Names.brief(run.getId())
                    + (reopened.isEmpty() ? "" : "  again " + Names.some(reopened)));
          }
        }
      }
    }
    out.flush();
  }

  @Override
  public void log(String step, List<String> lines) {
    String margin = invocation.style().cyan("[" + step + "]") + " ";
    boolean harmless = invocation.streams().screen().isInteractive();
    lines.forEach(line -> out.println(margin + (harmless ? Text.harmless(line) : line)));
    out.flush();
  }

  @Override
  public void open(Located found) {
    found
        .step()
        .ifPresent(
            step -> {
              out.println(
                  "Step %s, %s: %s".formatted(step.getTask(), found.place(), text.state(step)));
              log(step.getTask(), found.lines());
            });
  }
}
