package dev.pawl.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the help of a command, or of a topic. */
@Command(
    description = "Help for a command, or for a topic: exit-codes, filters.",
    footer = {
      "",
      "Examples:",
      "  pawl help run start",
      "  pawl help exit-codes",
      "  pawl help filters"
    })
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
    if (words.size() == 1) {
      Optional<Stream<String>> topic = HelpTopics.lines(words.getFirst());
      if (topic.isPresent()) {
        topic.get().forEach(out::println);
        return ExitCode.OK.number();
      }
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
