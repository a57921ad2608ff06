package dev.pawl.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script that lets a shell complete pawl's commands and options. */
@Command(
    description = "Print a completion script.",
    footer = {
      "",
      "Examples:",
      "  source <(pawl completion bash)",
      "  pawl completion fish > ~/.config/fish/completions/pawl.fish"
    })
final class CompletionCommand implements Callable<Integer> {
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  private final Invocation invocation;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  private Shell shell = Shell.BASH;

  @Spec private CommandSpec spec = CommandSpec.create();

  CompletionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    PrintStream out = invocation.streams().out();
    switch (shell) {
      case BASH -> out.println(AutoComplete.bash("pawl", root));
      case ZSH -> {
        out.println("autoload -U +X compinit && compinit");
        out.println("autoload -U +X bashcompinit && bashcompinit");
        out.println(AutoComplete.bash("pawl", root));
      }
      case FISH -> fish(root).forEach(out::println);
    }
    return ExitCode.OK.number();
  }

  private static List<String> fish(CommandLine root) {
    List<String> lines = new ArrayList<>();
    lines.add("complete -c pawl -f");
    options(lines, root.getCommandSpec(), "", false);
    String nouns = String.join(" ", HelpLayout.visible(root.getCommandSpec()).keySet());
    HelpLayout.visible(root.getCommandSpec())
        .forEach(
            (noun, command) -> {
              command(lines, "not __fish_seen_subcommand_from " + nouns, noun, command);
              String seen = "__fish_seen_subcommand_from " + noun;
              options(lines, command.getCommandSpec(), seen, true);
              String verbs =
                  String.join(" ", HelpLayout.visible(command.getCommandSpec()).keySet());
              HelpLayout.visible(command.getCommandSpec())
                  .forEach(
                      (verb, leaf) -> {
                        command(
                            lines,
                            seen + "; and not __fish_seen_subcommand_from " + verbs,
                            verb,
                            leaf);
                        options(
                            lines,
                            leaf.getCommandSpec(),
                            seen + "; and __fish_seen_subcommand_from " + verb,
                            true);
                      });
            });
    return lines;
  }

  private static void command(
      List<String> lines, String condition, String name, CommandLine command) {
    lines.add(
        "complete -c pawl -n '%s' -a %s -d '%s'"
            .formatted(
                condition,
                name,
                description(command.getCommandSpec().usageMessage().description())));
  }

  private static void options(
      List<String> lines, CommandSpec spec, String condition, boolean ownOnly) {
    for (OptionSpec option : spec.options()) {
      if (option.hidden() || (ownOnly && option.inherited())) {
        continue;
      }
      var line = new StringBuilder("complete -c pawl");
      if (!condition.isEmpty()) {
        line.append(" -n '").append(condition).append("'");
      }
      for (String name : option.names()) {
        line.append(
            name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
      }
      if (option.arity().max() > 0) {
        line.append(" -r");
      }
      lines.add(line + " -d '" + description(option.description()) + "'");
    }
  }

  private static String description(String[] lines) {
    return String.join(" ", lines).replace("'", "\\'");
  }
}
