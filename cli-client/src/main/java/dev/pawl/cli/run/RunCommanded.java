package dev.pawl.cli.run;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.Run;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command on one run that is there: what it takes, and how it is answered. */
abstract class RunCommanded implements Callable<Integer> {
  final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  String run = "";

  @Mixin final MutationOptions mutation = new MutationOptions();

  RunCommanded(Invocation invocation) {
    this.invocation = invocation;
  }

  /** Prints the run as the command left it; {@code verb} says what a dry run would have done. */
  final int print(String verb, Run answer) {
    String state = invocation.style().state(States.name(answer.getState()));
    String line =
        mutation.isDryRun()
            ? "Would %s run %s (%s), now %s"
                .formatted(verb, Names.brief(answer.getId()), RunDetails.title(answer), state)
            : "Run %s  %s  %s"
                .formatted(Names.brief(answer.getId()), RunDetails.title(answer), state);
    invocation.printer().item(answer, answer.getId(), answer.getName(), () -> List.of(line));
    return ExitCode.OK.number();
  }
}
