package dev.pawl.cli;

import dev.pawl.cli.admin.AdminCluster;
import dev.pawl.cli.api.ApiCommand;
import dev.pawl.cli.audit.AuditList;
import dev.pawl.cli.auth.AuthWhoAmI;
import dev.pawl.cli.definition.DurationText;
import dev.pawl.cli.events.EventsWatch;
import dev.pawl.cli.lock.LockGet;
import dev.pawl.cli.lock.LockList;
import dev.pawl.cli.lock.LockRelease;
import dev.pawl.cli.object.ObjectListDeleted;
import dev.pawl.cli.object.ObjectMarkDeleted;
import dev.pawl.cli.object.ObjectUnmarkDeleted;
import dev.pawl.cli.operation.OperationCancel;
import dev.pawl.cli.operation.OperationDownload;
import dev.pawl.cli.operation.OperationGet;
import dev.pawl.cli.operation.OperationList;
import dev.pawl.cli.operation.OperationWatch;
import dev.pawl.cli.run.RunContinue;
import dev.pawl.cli.run.RunExplain;
import dev.pawl.cli.run.RunExport;
import dev.pawl.cli.run.RunForcePause;
import dev.pawl.cli.run.RunGet;
import dev.pawl.cli.run.RunList;
import dev.pawl.cli.run.RunLocate;
import dev.pawl.cli.run.RunLogs;
import dev.pawl.cli.run.RunPass;
import dev.pawl.cli.run.RunPause;
import dev.pawl.cli.run.RunRedo;
import dev.pawl.cli.run.RunRetry;
import dev.pawl.cli.run.RunRollback;
import dev.pawl.cli.run.RunStart;
import dev.pawl.cli.run.RunStop;
import dev.pawl.cli.run.RunWait;
import dev.pawl.cli.run.RunWatch;
import dev.pawl.cli.step.StepExplain;
import dev.pawl.cli.step.StepGet;
import dev.pawl.cli.step.StepList;
import dev.pawl.cli.step.StepLogs;
import dev.pawl.cli.step.StepPass;
import dev.pawl.cli.step.StepRedo;
import dev.pawl.cli.step.StepRetry;
import dev.pawl.cli.step.StepStop;
import dev.pawl.cli.task.TaskGet;
import dev.pawl.cli.task.TaskList;
import dev.pawl.cli.worker.WorkerList;
import dev.pawl.cli.workflow.Apply;
import dev.pawl.cli.workflow.Validate;
import dev.pawl.cli.workflow.WorkflowGet;
import dev.pawl.cli.workflow.WorkflowGraph;
import dev.pawl.cli.workflow.WorkflowList;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * The tree of commands: nouns, and verbs below them.
 *
 * <p>Building a command costs a few milliseconds. When the command line names a noun and one of its
 * verbs, only what it names is built; everything is when it does not: for help, completion, and to
 * tell what a misspelt word was meant to be.
 */
final class CommandTree {
  private static final String DISTRIBUTION =
      "is part of the distribution: run it through the launcher, ./pawl";

  private final Invocation invocation;
  private final List<Extension> extensions;

  CommandTree(Invocation invocation, List<Object> extraSubcommands) {
    this.invocation = invocation;
    this.extensions =
        extraSubcommands.stream()
            .map(extra -> extra instanceof Extension given ? given : Extension.top(_ -> extra))
            .toList();
  }

  /** Everything that the arguments can mean. */
  CommandLine build(String[] args) {
    Set<String> words = Set.copyOf(Arrays.asList(args));
    CommandLine root = new CommandLine(new Root(invocation));
    if (isOneVerb(args, words)) {
      addGroups(root, words, true);
    } else {
      addEverything(root, words);
    }
    root.setExpandAtFiles(false);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setAbbreviatedSubcommandsAllowed(false);
    root.registerConverter(Duration.class, CommandTree::duration);
    root.setOut(new PrintWriter(invocation.streams().out(), true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(invocation.streams().err(), true, StandardCharsets.UTF_8));
    HelpLayout.applyTo(root, invocation.style().colored());
    return root;
  }

  /**
   * Whether the line begins with a noun, has one of its verbs, and needs nothing else of the tree.
   */
  private boolean isOneVerb(String[] args, Set<String> words) {
    int first = 0;
    while (first < args.length && isOptionOrItsValue(args, first)) {
      first++;
    }
    if (first == args.length || words.contains("help") || words.contains("completion")) {
      return false;
    }
    String noun = args[first];
    return groups().stream()
        .filter(group -> group.names().anyMatch(noun::equals))
        .anyMatch(group -> group.verbs().keySet().stream().anyMatch(words::contains));
  }

  private static boolean isOptionOrItsValue(String[] args, int index) {
    return args[index].startsWith("-") || (index > 0 && args[index - 1].startsWith("-"));
  }

  private void addEverything(CommandLine root, Set<String> words) {
    addGroups(root, words, false);
    add(root, "api", new ApiCommand(invocation));
    addExtensions(root, "");
    for (var stub : stubs("").entrySet()) {
      addStub(root, stub.getKey(), stub.getValue());
    }
    add(root, "version", new VersionCommand(invocation));
    add(root, "completion", new CompletionCommand(invocation));
    add(root, "help", new HelpCommand(invocation));
  }

  private void addGroups(CommandLine root, Set<String> words, boolean onlyNamed) {
    boolean all = words.contains("completion") || words.contains("help");
    for (Group group : groups()) {
      boolean named = words.contains(group.name());
      if (named || !onlyNamed) {
        addGroup(root, group, group.name(), all || named, onlyNamed ? words : Set.of());
      }
      for (String alias : group.hiddenAliases()) {
        if (words.contains(alias)) {
          addGroup(root, group, alias, true, onlyNamed ? words : Set.of())
              .getCommandSpec()
              .usageMessage()
              .hidden(true);
        }
      }
    }
  }

  /** Nouns and their verbs. */
  private record Group(
      String name,
      String description,
      List<String> hiddenAliases,
      Map<String, Supplier<Object>> verbs,
      Map<String, String> hiddenVerbs) {
    Stream<String> names() {
      return Stream.concat(Stream.of(name), hiddenAliases.stream());
    }
  }

  private List<Group> groups() {
    return List.of(
        group("workflow", "Workflows: graphs of tasks under a name", List.of("wf", "workflows"))
            .verb("apply", () -> new Apply(invocation))
            .verb("validate", () -> new Validate(invocation))
            .verb("list", () -> new WorkflowList(invocation))
            .verb("get", () -> new WorkflowGet(invocation))
            .verb("graph", () -> new WorkflowGraph(invocation))
            .alias("describe", "get")
            .build(),
        group("task", "Tasks that stand alone", List.of("tasks"))
            .verb("apply", () -> new Apply(invocation))
            .verb("validate", () -> new Validate(invocation))
            .verb("list", () -> new TaskList(invocation))
            .verb("get", () -> new TaskGet(invocation))
            .alias("describe", "get")
            .build(),
        group("run", "Runs: start, follow, command", List.of("runs"))
            .verb("start", () -> new RunStart(invocation))
            .verb("list", () -> new RunList(invocation))
            .verb("get", () -> new RunGet(invocation))
            .verb("explain", () -> new RunExplain(invocation))
            .verb("locate", () -> new RunLocate(invocation))
            .verb("watch", () -> new RunWatch(invocation))
            .verb("wait", () -> new RunWait(invocation))
            .verb("logs", () -> new RunLogs(invocation))
            .verb("stop", () -> new RunStop(invocation))
            .verb("pause", () -> new RunPause(invocation))
            .verb("force-pause", () -> new RunForcePause(invocation))
            .verb("continue", () -> new RunContinue(invocation))
            .verb("retry", () -> new RunRetry(invocation))
            .verb("rollback", () -> new RunRollback(invocation))
            .verb("pass", () -> new RunPass(invocation))
            .verb("redo", () -> new RunRedo(invocation))
            .verb("export", () -> new RunExport(invocation))
            .alias("describe", "get")
            .alias("cancel", "stop")
            .alias("resume", "continue")
            .alias("skip", "pass")
            .alias("rerun", "redo")
            .alias("abort", "rollback")
            .alias("undo", "rollback")
            .build(),
        group("step", "Steps: the tasks of a run", List.of("steps"))
            .verb("list", () -> new StepList(invocation))
            .verb("get", () -> new StepGet(invocation))
            .verb("explain", () -> new StepExplain(invocation))
            .verb("logs", () -> new StepLogs(invocation))
            .verb("stop", () -> new StepStop(invocation))
            .verb("retry", () -> new StepRetry(invocation))
            .verb("redo", () -> new StepRedo(invocation))
            .verb("pass", () -> new StepPass(invocation))
            .alias("describe", "get")
            .alias("rerun", "retry")
            .alias("skip", "pass")
            .alias("mark-success", "pass")
            .alias("terminate", "stop")
            .build(),
        group("lock", "Locks: what runs hold for themselves", List.of("locks"))
            .verb("list", () -> new LockList(invocation))
            .verb("get", () -> new LockGet(invocation))
            .verb("release", () -> new LockRelease(invocation))
            .alias("describe", "get")
            .build(),
        group("object", "Objects: what runs are about, and what is gone of it", List.of("objects"))
            .verb("list-deleted", () -> new ObjectListDeleted(invocation))
            .verb("mark-deleted", () -> new ObjectMarkDeleted(invocation))
            .verb("unmark-deleted", () -> new ObjectUnmarkDeleted(invocation))
            .build(),
        group("events", "Everything that happens, live", List.of("event"))
            .verb("watch", () -> new EventsWatch(invocation))
            .build(),
        group("worker", "Workers: who does the work", List.of("workers"))
            .verb("list", () -> new WorkerList(invocation))
            .build(),
        group("operation", "Operations: what is done to many runs", List.of("operations"))
            .verb("list", () -> new OperationList(invocation))
            .verb("get", () -> new OperationGet(invocation))
            .verb("watch", () -> new OperationWatch(invocation))
            .verb("cancel", () -> new OperationCancel(invocation))
            .verb("download", () -> new OperationDownload(invocation))
            .alias("describe", "get")
            .build(),
        group("admin", "The cluster, for those who run it", List.of())
            .verb("cluster", () -> new AdminCluster(invocation))
            .build(),
        group("audit", "Every command: who, when, what, why, and what came of it", List.of())
            .verb("list", () -> new AuditList(invocation))
            .build(),
        group("auth", "Who you are, and what you may do", List.of())
            .verb("whoami", () -> new AuthWhoAmI(invocation))
            .build());
  }

  /** What the distribution adds. */
  private static Map<String, String> stubs(String under) {
    Map<String, String> stubs = new LinkedHashMap<>();
    if (under.isEmpty()) {
      stubs.put("dev", "Start everything here: engine, database, worker, samples");
      stubs.put("server", "Start a server");
      stubs.put("quickstart", "Start a node, run an example on it, show it live");
      stubs.put("bench", "Measure");
    } else if (under.equals("worker")) {
      stubs.put("start", "Start a worker");
    }
    return stubs;
  }

  /**
   * Adds a noun.
   *
   * @param only the verbs to build; all when empty
   */
  private CommandLine addGroup(
      CommandLine root, Group group, String name, boolean full, Set<String> only) {
    CommandLine commands = new CommandLine(new GroupCommand());
    commands.getCommandSpec().usageMessage().description(group.description() + ".");
    if (full) {
      group
          .verbs()
          .forEach(
              (verb, command) -> {
                if (only.isEmpty() || only.contains(verb)) {
                  add(commands, verb, command.get());
                }
              });
      addExtensions(commands, group.name());
      stubs(group.name()).forEach((verb, description) -> addStub(commands, verb, description));
      if (group.verbs().containsKey("list")) {
        addHidden(commands, "ls", group.verbs().get("list"), only);
      }
      group
          .hiddenVerbs()
          .forEach((alias, verb) -> addHidden(commands, alias, group.verbs().get(verb), only));
    }
    add(root, name, commands);
    return commands;
  }

  private void addExtensions(CommandLine parent, String under) {
    for (Extension extension : extensions) {
      if (extension.under().equals(under)) {
        Object made = extension.command().apply(invocation);
        CommandLine command = made instanceof CommandLine line ? line : new CommandLine(made);
        String name = command.getCommandName();
        if (parent.getSubcommands().containsKey(name)) {
          parent.getCommandSpec().removeSubcommand(name);
        }
        parent.addSubcommand(name, command);
      }
    }
  }

  private void addStub(CommandLine parent, String name, String description) {
    if (!parent.getSubcommands().containsKey(name)) {
      CommandLine stub = new CommandLine(new Stub(name + " " + DISTRIBUTION));
      stub.getCommandSpec().usageMessage().description(description + ".");
      stub.setUnmatchedArgumentsAllowed(true);
      parent.addSubcommand(name, stub);
    }
  }

  private static void add(CommandLine parent, String name, Object command) {
    parent.addSubcommand(name, command);
  }

  private static void addHidden(
      CommandLine parent, String name, @Nullable Supplier<Object> command, Set<String> only) {
    boolean wanted = only.isEmpty() || only.contains(name);
    if (wanted && command != null && !parent.getSubcommands().containsKey(name)) {
      CommandSpec spec = CommandSpec.forAnnotatedObject(command.get());
      spec.usageMessage().hidden(true);
      parent.addSubcommand(name, spec);
    }
  }

  private static Duration duration(String text) {
    return DurationText.parse(text)
        .map(found -> Duration.ofSeconds(found.getSeconds(), found.getNanos()))
        .filter(found -> !found.isNegative() && !found.isZero())
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "' is no duration such as 10s or 5m"));
  }

  private static GroupBuilder group(String name, String description, List<String> hiddenAliases) {
    return new GroupBuilder(name, description, hiddenAliases);
  }

  private static final class GroupBuilder {
    private final String name;
    private final String description;
    private final List<String> hiddenAliases;
    private final Map<String, Supplier<Object>> verbs = new LinkedHashMap<>();
    private final Map<String, String> hiddenVerbs = new LinkedHashMap<>();

    GroupBuilder(String name, String description, List<String> hiddenAliases) {
      this.name = name;
      this.description = description;
      this.hiddenAliases = hiddenAliases;
    }

    GroupBuilder verb(String verb, Supplier<Object> command) {
      verbs.put(verb, command);
      return this;
    }

    GroupBuilder alias(String alias, String verb) {
      hiddenVerbs.put(alias, verb);
      return this;
    }

    Group build() {
      return new Group(name, description, hiddenAliases, verbs, hiddenVerbs);
    }
  }
}
