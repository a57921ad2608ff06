package dev.pawl.cli.step;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.run.Commanded;
import dev.pawl.cli.run.RunReference;
import dev.pawl.cli.run.Verb;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** A command on one step of a run. */
abstract class StepCommanded extends Commanded {
  @Parameters(paramLabel = "RUN/STEP", description = "The step.")
  private String step = "";

  private final Optional<Verb<?, ?>> onExecution;

  /** A command on steps as a whole. */
  StepCommanded(Invocation invocation, Verb<?, ?> verb) {
    this(invocation, verb, Optional.empty());
  }

  /** One on steps, and on single executions. */
  StepCommanded(Invocation invocation, Verb<?, ?> verb, Verb<?, ?> onExecution) {
    this(invocation, verb, Optional.of(onExecution));
  }

  private StepCommanded(Invocation invocation, Verb<?, ?> verb, Optional<Verb<?, ?>> onExecution) {
    super(invocation, verb);
    this.onExecution = onExecution;
  }

  @Override
  protected final String name(Invocation invocation) {
    return RunReference.stepOrExecution(invocation, step);
  }

  @Override
  protected final Verb<?, ?> verb(String name) {
    if (!name.contains("/executions/")) {
      return verb();
    }
    return onExecution.orElseThrow(
        () ->
            CommandFailed.usage(
                "%s is for a whole step, not for one execution of it.".formatted(verb().word()),
                "Write it as RUN/STEP: of a step that is split it concerns each execution that it"
                    + " fits."));
  }
}
