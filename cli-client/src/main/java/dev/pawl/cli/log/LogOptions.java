package dev.pawl.cli.log;

import com.google.protobuf.util.Timestamps;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.Invocation;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.LineFilter;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogSelection;
import dev.pawl.v1.Operation;
import dev.pawl.v1.RunServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which lines of a log are wanted, and how. */
public final class LogOptions {
  /** What a worker does in an attempt. */
  enum Work {
    EXECUTE(Operation.OPERATION_EXECUTE),
    RETRY(Operation.OPERATION_RETRY),
    ROLLBACK(Operation.OPERATION_ROLLBACK),
    CANCEL(Operation.OPERATION_CANCEL);

    private final Operation operation;

    Work(Operation operation) {
      this.operation = operation;
    }
  }

  enum Level {
    DEBUG(LogLevel.LOG_LEVEL_DEBUG),
    INFO(LogLevel.LOG_LEVEL_INFO),
    WARN(LogLevel.LOG_LEVEL_WARN),
    ERROR(LogLevel.LOG_LEVEL_ERROR);

    private final LogLevel level;

    Level(LogLevel level) {
      this.level = level;
    }
  }

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes, until the run or step has ended.")
  private boolean follow;

  @Option(
      names = "--tail",
      paramLabel = "N",
      description = "Begin with the last N lines of each attempt.")
  private @Nullable Integer tail;

  @Option(
      names = "--round",
      paramLabel = "N",
      description = "Only this round; all, but with --attempt the current one.")
  private @Nullable Integer round;

  @Option(names = "--attempt", paramLabel = "N", description = "Only this attempt.")
  private @Nullable Integer attempt;

  @Option(
      names = "--operation",
      paramLabel = "WORK",
      split = ",",
      description = "Only execute, retry, rollback or cancel.")
  private List<Work> operations = List.of();

  @Option(
      names = "--fence",
      paramLabel = "N",
      description = "Only the attempt with this fence: exactly one of an execution.")
  private @Nullable Long fence;

  @Option(
      names = "--execution",
      paramLabel = "N",
      description = "Only this execution of a step that is split; the first is 0.")
  private @Nullable Integer execution;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description = "Only lines so grave or graver: debug, info, warn or error.")
  private @Nullable Level level;

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "Only lines that are no older, such as 10m.")
  private @Nullable Duration since;

  @Option(
      names = "--contains",
      paramLabel = "TEXT",
      description = "Only lines that hold this text; the server looks.")
  private String text = "";

  @Option(names = "--grep", paramLabel = "REGEX", description = "Only lines that match.")
  private @Nullable String grep;

  @Option(names = "--prefix", description = "Begin each line with its step: so for a whole run.")
  private boolean prefix;

  @Option(names = "--no-prefix", description = "Only the lines: so for one step.")
  private boolean noPrefix;

  @Option(
      names = "--sections",
      description = "List what there is to choose from: rounds, attempts, operations.")
  private boolean sections;

  @Option(
      names = "--download",
      paramLabel = "FILE",
      arity = "0..1",
      fallbackValue = "",
      description =
          "Save it, of a step as a text, of a run as a zip of one for each attempt; FILE may be a"
              + " directory, or - for the standard output.")
  private @Nullable String download;

  @Option(names = "--force", description = "Let --download replace a file.")
  private boolean force;

  public boolean isFollow() {
    return follow;
  }

  boolean isSections() {
    return sections;
  }

  boolean isForce() {
    return force;
  }

  /** Where to save it; empty when it is to be printed. */
  public Optional<String> download() {
    return Optional.ofNullable(download);
  }

  OptionalInt tail() {
    Integer given = tail;
    return given == null ? OptionalInt.empty() : OptionalInt.of(given);
  }

  /** Refuses options that say nothing about a list or a file. */
  void check() {
    List<String> printing = new ArrayList<>();
    add(printing, follow, "--follow");
    add(printing, tail != null, "--tail");
    add(printing, grep != null, "--grep");
    add(printing, prefix, "--prefix");
    add(printing, noPrefix, "--no-prefix");
    boolean saves = download != null;
    if (saves && sections) {
      throw CommandFailed.usage("--download and --sections are two things.", "Choose one.");
    }
    if ((saves || sections) && !printing.isEmpty()) {
      throw CommandFailed.usage(
          "%s does not go with %s."
              .formatted(printing.getFirst(), saves ? "--download" : "--sections"),
          saves && grep != null
              ? "Leave it out, or choose lines with --contains."
              : "Leave one of them out.");
    }
    if (force && !saves) {
      throw CommandFailed.usage("--force goes with --download only.");
    }
  }

  private static void add(List<String> names, boolean given, String name) {
    if (given) {
      names.add(name);
    }
  }

  /**
   * The sections that are wanted.
   *
   * @param parent the full name of a run or of a step
   */
  LogSelection selection(Invocation invocation, String parent) {
    LogSelection.Builder selection = LogSelection.newBuilder();
    operations.forEach(work -> selection.addOperations(work.operation));
    Integer ofExecution = execution;
    if (ofExecution != null) {
      selection.setExecution(ofExecution);
    }
    Long ofFence = fence;
    if (ofFence != null) {
      selection.setFence(ofFence);
    }
    Integer ofAttempt = attempt;
    if (ofAttempt != null) {
      selection.setAttempt(ofAttempt);
    }
    Integer ofRound = round;
    if (ofRound != null) {
      selection.setRound(ofRound);
    } else if (ofAttempt != null) {
      selection.setRound(currentRound(invocation, parent));
    }
    return selection.build();
  }

  private static int currentRound(Invocation invocation, String parent) {
    int step = parent.indexOf("/taskRuns/");
    return invocation
        .connection()
        .call(
            RunServiceGrpc.getGetRunMethod(),
            GetRunRequest.newBuilder()
                .setName(step < 0 ? parent : parent.substring(0, step))
                .build())
        .getRun()
        .getRound();
  }

  /** Whether a section is among those of {@link #selection}. */
  static boolean isSelected(LogSelection selection, LogSection section) {
    return (!selection.hasRound() || selection.getRound() == section.getRound())
        && (!selection.hasAttempt() || selection.getAttempt() == section.getAttempt())
        && (!selection.hasFence() || selection.getFence() == section.getFence())
        && (!selection.hasExecution()
            || section.getExecution().endsWith("/executions/" + selection.getExecution()))
        && (selection.getOperationsCount() == 0
            || selection.getOperationsList().contains(section.getOperation()));
  }

  /**
   * The lines that are wanted, but for what {@link #grep} leaves out: no server is given a regex.
   */
  LineFilter filter(Invocation invocation) {
    LineFilter.Builder filter = LineFilter.newBuilder().setText(text);
    Level least = level;
    if (least != null) {
      filter.setMinLevel(least.level);
    }
    Duration age = since;
    if (age != null) {
      filter.setSince(
          Timestamps.fromMillis(invocation.streams().clock().instant().minus(age).toEpochMilli()));
    }
    return filter.build();
  }

  Optional<Pattern> grep() {
    String expression = grep;
    if (expression == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Pattern.compile(expression));
    } catch (PatternSyntaxException e) {
      throw CommandFailed.usage("--grep is no regular expression: " + e.getMessage());
    }
  }

  boolean hasPrefix(boolean otherwise) {
    return prefix || (otherwise && !noPrefix);
  }
}
