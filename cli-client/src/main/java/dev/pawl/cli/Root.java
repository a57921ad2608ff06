package dev.pawl.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command pawl itself: holds the global options, and shows its help. */
@Command(
    name = "pawl",
    description = "Durable workflows: start them, follow them, command them.",
    footer = {
      "",
      "Examples:",
      "  pawl workflow apply -f flows/",
      "  pawl run start upgrade --param version=4.3.5 --wait",
      "  pawl run list --filter 'state = FAILED'",
      "",
      "Exit codes: pawl help exit-codes"
    })
final class Root implements Runnable {
  @Mixin private final GlobalOptions options;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Spec private CommandSpec spec = CommandSpec.create();

  Root(Invocation invocation) {
    this.options = invocation.options();
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
