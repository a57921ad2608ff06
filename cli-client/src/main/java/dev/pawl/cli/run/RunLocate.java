package dev.pawl.cli.run;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.StepStates;
import dev.pawl.cli.run.follow.StepText;
import dev.pawl.v1.LocateTaskRunRequest;
import dev.pawl.v1.TaskRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds the step of a run that somebody wants to see. */
@Command(
    description =
        "Find a step, by a part of its name or by state; without either, where the run is: the"
            + " first step that failed, else that runs, is ready, waits, else the last that is"
            + " done.",
    footer = {
      "",
      "Examples:",
      "  pawl run locate @latest",
      "  pawl run locate 7f3k2xyz swap --lines 50",
      "  pawl run locate 7f3k2xyz --state RUNNING -q"
    })
public final class RunLocate implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "A part of the step's name.")
  private String text = "";

  @Option(names = "--state", paramLabel = "STATE", split = ",", description = "Only these states.")
  private List<String> states = List.of();

  @Option(
      names = "--from",
      paramLabel = "N",
      description = "Only from the N-th step of the run on (1).")
  private int from = 1;

  @Option(
      names = "--lines",
      paramLabel = "N",
      description = "How many lines of the end of its log to show (10).")
  private int lines = 10;

  public RunLocate(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if (from < 1) {
      throw CommandFailed.usage("--from is " + from + ".", "Steps are counted from 1.");
    }
    Located found =
        Located.of(
            invocation,
            LocateTaskRunRequest.newBuilder()
                .setParent(RunReference.run(invocation, run))
                .setText(text)
                .addAllStates(StepStates.parse(states))
                .setFromIndex(from - 1)
                .setLogLines(lines)
                .build());
    TaskRun step =
        found
            .step()
            .orElseThrow(
                () ->
                    CommandFailed.of(
                        ExitCode.NOT_FOUND,
                        "No step fits%s."
                            .formatted(found.answer().getMatches() > 0 ? " from there on" : ""),
                        "See all of them: pawl step list " + run));
    invocation
        .printer()
        .item(found.answer(), step.getTask(), step.getName(), () -> lines(found, step));
    if (found.answer().getMatches() > 1) {
      invocation.hint(
          "%d steps fit. The next: pawl run locate %s --from %d"
              .formatted(found.answer().getMatches(), typed(), step.getIndex() + 2));
    }
    return ExitCode.OK.number();
  }

  private String typed() {
    return run
        + (text.isEmpty() ? "" : " " + text)
        + (states.isEmpty() ? "" : " --state " + String.join(",", states));
  }

  private List<String> lines(Located found, TaskRun step) {
    Style style = invocation.style();
    List<String> shown = new ArrayList<>();
    shown.add(
        "Step %s of run %s, %s"
            .formatted(
                step.getTask(), Names.brief(Names.part(step.getName(), "runs")), found.place()));
    shown.add(
        ("  "
                + new StepText(style, invocation.times()).state(step)
                + (step.getWaitsFor().isEmpty() ? "" : "  waits for " + step.getWaitsFor()))
            .stripTrailing());
    found
        .lines()
        .forEach(
            line ->
                shown.add(
                    "  "
                        + style.cyan(step.getTask())
                        + " "
                        + style.bar()
                        + " "
                        + (invocation.streams().screen().isInteractive()
                            ? Text.harmless(line)
                            : line)));
    return shown;
  }
}
