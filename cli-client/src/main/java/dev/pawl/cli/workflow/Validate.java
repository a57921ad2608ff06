package dev.pawl.cli.workflow;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.definition.DefinitionDocument;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks definition files without a server. */
@Command(
    description = "Check definition files without a server; all mistakes are shown.",
    footer = {
      "",
      "Examples:",
      "  pawl workflow validate -f flows/",
      "  cat sales.yaml | pawl workflow validate -f -"
    })
public final class Validate implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final FileOptions files = new FileOptions();

  public Validate(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Checked checked = Checked.read(invocation, files.paths());
    if (!checked.mistakes().isEmpty()) {
      return Checked.reject(invocation, checked.mistakes(), "not valid");
    }
    if (!invocation.isQuiet()) {
      for (DefinitionDocument document : checked.documents()) {
        invocation
            .streams()
            .err()
            .println(document.file().name() + ": " + document.title() + " is valid");
      }
    }
    return ExitCode.OK.number();
  }
}
