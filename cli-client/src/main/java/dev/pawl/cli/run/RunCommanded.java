package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import picocli.CommandLine.Parameters;

/** A command on a run. */
abstract class RunCommanded extends Commanded {
  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  RunCommanded(Invocation invocation, Verb<?, ?> verb) {
    super(invocation, verb);
  }

  @Override
  protected final String name(Invocation invocation) {
    return RunReference.run(invocation, run);
  }
}
