package dev.pawl.cli.run;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.Run;
import java.util.List;

/** How the commands on a run answer. */
final class RunCommanded {
  private RunCommanded() {}

  static int print(Invocation invocation, MutationOptions mutation, String verb, Run run) {
    String state = invocation.style().state(States.name(run.getState()));
    String line =
        mutation.isDryRun()
            ? "Would %s run %s (%s), now %s"
                .formatted(verb, Names.brief(run.getId()), RunDetails.title(run), state)
            : "Run %s  %s  %s".formatted(Names.brief(run.getId()), RunDetails.title(run), state);
    invocation.printer().item(run, run.getId(), run.getName(), () -> List.of(line));
    return ExitCode.OK.number();
  }
}
