package dev.pawl.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the help of a command, or of the topic exit-codes. */
@Command(
    description = "Help for a command, or for the topic exit-codes.",
    footer = {"", "Examples:", "  pawl help run start", "  pawl help exit-codes"})
final class HelpCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "A command or a topic.")
  private List<String> words = List.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  HelpCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    PrintStream out = invocation.streams().out();
    if (words.equals(List.of("exit-codes"))) {
      for (ExitCode code : ExitCode.values()) {
        out.printf("%4d  %s%n", code.number(), code.meaning());
      }
      return ExitCode.OK.number();
    }
    CommandLine command = spec.root().commandLine();
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw CommandFailed.usage(
            "There is no command " + command.getCommandSpec().qualifiedName() + " " + word + ".",
            "Known: " + String.join(", ", HelpLayout.visible(command.getCommandSpec()).keySet()));
      }
      command = next;
    }
    command.usage(out);
    return ExitCode.OK.number();
  }
}
