package dev.pawl.cli.step;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.run.Commanded;
import dev.pawl.cli.run.RunReference;
import dev.pawl.cli.run.Verb;
import picocli.CommandLine.Parameters;

/** A command on one step of a run. */
abstract class StepCommanded extends Commanded {
  @Parameters(paramLabel = "RUN/STEP", description = "The step.")
  private String step = "";

  StepCommanded(Invocation invocation, Verb<?, ?> verb) {
    super(invocation, verb);
  }

  @Override
  protected final String name(Invocation invocation) {
    return RunReference.step(invocation, step);
  }
}
