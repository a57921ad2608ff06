package dev.pawl.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How help looks: the options of the command itself, and one line about the global ones. */
final class HelpLayout {
  private HelpLayout() {}

  static void applyTo(CommandLine commandLine, boolean colored) {
    CommandSpec spec = commandLine.getCommandSpec();
    spec.usageMessage()
        .abbreviateSynopsis(true)
        .sortOptions(false)
        .width(100)
        .synopsisHeading("Usage: ")
        .descriptionHeading("%n")
        .parameterListHeading("%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n");
    commandLine.setUsageHelpAutoWidth(false);
    commandLine.setColorScheme(Help.defaultColorScheme(colored ? Help.Ansi.ON : Help.Ansi.OFF));
    boolean isRoot = spec.parent() == null;
    if (!isRoot) {
      Map<String, CommandLine.IHelpSectionRenderer> sections =
          new LinkedHashMap<>(commandLine.getHelpSectionMap());
      sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING, help -> heading(help));
      sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> ownOptions(help));
      commandLine.setHelpSectionMap(sections);
    }
    for (CommandLine subcommand : commandLine.getSubcommands().values()) {
      applyTo(subcommand, colored);
    }
  }

  private static String heading(Help help) {
    return own(help.commandSpec()).isEmpty() ? "" : help.optionListHeading();
  }

  private static String ownOptions(Help help) {
    List<OptionSpec> own = own(help.commandSpec());
    String list = own.isEmpty() ? "" : help.optionListExcludingGroups(own);
    return list + "%nGlobal options: pawl --help%n".formatted();
  }

  private static List<OptionSpec> own(CommandSpec spec) {
    return spec.options().stream()
        .filter(option -> !option.inherited() && !option.hidden())
        .toList();
  }

  /** The commands that help shows. */
  static Map<String, CommandLine> visible(CommandSpec spec) {
    Map<String, CommandLine> visible = new LinkedHashMap<>();
    spec.subcommands()
        .forEach(
            (name, command) -> {
              if (!command.getCommandSpec().usageMessage().hidden()) {
                visible.put(name, command);
              }
            });
    return visible;
  }
}
