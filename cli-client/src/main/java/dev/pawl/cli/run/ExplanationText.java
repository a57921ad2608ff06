package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.ExplainRequest;
import dev.pawl.v1.ExplainResponse;
import dev.pawl.v1.ExplainServiceGrpc;
import dev.pawl.v1.Explanation;
import dev.pawl.v1.Reason;
import java.util.ArrayList;
import java.util.List;

/** Why something is where it is, in lines. */
public final class ExplanationText {
  private final Invocation invocation;
  private final Style style;

  public ExplanationText(Invocation invocation) {
    this.invocation = invocation;
    this.style = invocation.style();
  }

  /** Asks about a run or a step, and prints the answer. */
  public void print(String name) {
    ExplainResponse answer =
        invocation
            .connection()
            .call(
                ExplainServiceGrpc.getExplainMethod(),
                ExplainRequest.newBuilder().setName(name).build());
    Explanation found = answer.getExplanation();
    invocation
        .printer()
        .item(answer, Names.last(found.getName()), found.getName(), () -> lines(answer));
  }

  private List<String> lines(ExplainResponse answer) {
    Explanation found = answer.getExplanation();
    List<String> lines = new ArrayList<>();
    lines.add(title(found.getName()) + "  " + style.state(state(found)));
    found.getReasonsList().forEach(reason -> lines.add("  " + text(reason)));
    if (answer.getStepsCount() > 0) {
      lines.add("");
      int width = widest(answer.getStepsList().stream().map(ExplanationText::step).toList());
      int states =
          widest(answer.getStepsList().stream().map(it -> style.state(state(it))).toList());
      answer
          .getStepsList()
          .forEach(
              step -> {
                String margin =
                    "  "
                        + Text.pad(step(step), width)
                        + "  "
                        + Text.pad(style.state(state(step)), states)
                        + "  ";
                for (Reason reason : own(step, found)) {
                  lines.add(margin + text(reason));
                  margin = " ".repeat(width + states + 6);
                }
              });
    }
    return lines;
  }

  /** What holds a step besides what holds its whole run, which was said already. */
  private static List<Reason> own(Explanation step, Explanation run) {
    List<Reason> own =
        step.getReasonsList().stream()
            .filter(reason -> !run.getReasonsList().contains(reason))
            .toList();
    return own.isEmpty() ? step.getReasonsList() : own;
  }

  private static int widest(List<String> texts) {
    return texts.stream().mapToInt(Text::width).max().orElse(0);
  }

  private static String title(String name) {
    String run = "run " + Names.brief(Names.part(name, "runs"));
    String step = Names.part(name, "taskRuns");
    return step.isEmpty() ? "Run" + run.substring("run".length()) : "Step " + step + " of " + run;
  }

  private static String step(Explanation of) {
    return Names.part(of.getName(), "taskRuns");
  }

  private String text(Reason reason) {
    return invocation.streams().screen().isInteractive()
        ? Text.harmless(reason.getText())
        : reason.getText();
  }

  private static String state(Explanation of) {
    return switch (of.getStateCase()) {
      case RUN_STATE -> States.name(of.getRunState());
      case TASK_RUN_STATE -> States.name(of.getTaskRunState());
      case EXECUTION_STATE -> States.name(of.getExecutionState());
      case STATE_NOT_SET -> "";
    };
  }
}
