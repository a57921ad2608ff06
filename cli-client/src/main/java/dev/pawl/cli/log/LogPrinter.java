package dev.pawl.cli.log;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Timestamps;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.OutputFormat;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.client.LogTails;
import dev.pawl.client.ResumingStream;
import dev.pawl.v1.LineFilter;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogSelection;
import dev.pawl.v1.MissingLines;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Prints the log of a run or of a step, line by line, each line once. */
final class LogPrinter {
  private final Invocation invocation;
  private final LogOptions options;

  LogPrinter(Invocation invocation, LogOptions options) {
    this.invocation = invocation;
    this.options = options;
  }

  /** One line that is to be printed. */
  private record Shown(LogSection section, LogLine line) {}

  /**
   * Prints to the end, or with follow until nothing can follow.
   *
   * @param parent the full name of a run or of a step
   * @param prefixed whether each line begins with its step, unless the options say otherwise
   */
  void print(String parent, boolean prefixed) {
    OutputFormat format = invocation.format();
    if (format != OutputFormat.TABLE
        && format != OutputFormat.RAW
        && format != OutputFormat.JSONL) {
      throw CommandFailed.usage("Logs are printed with -o raw or -o jsonl.");
    }
    boolean prefix = format == OutputFormat.TABLE && options.hasPrefix(prefixed);
    Predicate<LogLine> wanted = wanted();
    TailLogsRequest.Builder request = request(parent);
    OptionalInt tail = options.tail();
    if (tail.isPresent() && (request.hasFilter() || options.grep().isPresent())) {
      // The last lines of those that are wanted, which only who reads all of them knows.
      String cursor = printLast(request.build(), tail.getAsInt(), wanted, prefix);
      if (options.isFollow()) {
        printAll(request.setFollow(true).setCursor(cursor).build(), wanted, prefix);
      }
    } else {
      tail.ifPresent(request::setTailLines);
      printAll(request.setFollow(options.isFollow()).build(), wanted, prefix);
    }
  }

  private TailLogsRequest.Builder request(String parent) {
    TailLogsRequest.Builder request = TailLogsRequest.newBuilder().setParent(parent);
    LogSelection selection = options.selection(invocation, parent);
    if (!selection.equals(LogSelection.getDefaultInstance())) {
      request.setSelection(selection);
    }
    LineFilter filter = options.filter(invocation);
    if (!filter.equals(LineFilter.getDefaultInstance())) {
      request.setFilter(filter);
    }
    return request;
  }

  private Predicate<LogLine> wanted() {
    Optional<Predicate<String>> grep = options.grep().map(Pattern::asPredicate);
    return line -> grep.isEmpty() || grep.get().test(line.getText());
  }

  private void printAll(TailLogsRequest request, Predicate<LogLine> wanted, boolean prefix) {
    stream(request)
        .forEach(
            message -> {
              for (LogLine line : message.getLinesList()) {
                if (wanted.test(line)) {
                  print(new Shown(message.getSection(), line), prefix);
                }
              }
              tellMissing(message);
              return !invocation.streams().out().checkError();
            });
  }

  /**
   * Prints the last wanted lines of each section; gives the place behind all that was read.
   *
   * <p>Sections come one after the other, so the lines of one are kept at a time.
   */
  private String printLast(
      TailLogsRequest request, int most, Predicate<LogLine> wanted, boolean prefix) {
    Deque<Shown> last = new ArrayDeque<>();
    ResumingStream<TailLogsRequest, TailLogsResponse> stream = stream(request);
    stream.forEach(
        message -> {
          LogSection section = message.getSection();
          if (!last.isEmpty() && !isSame(last.getLast().section(), section)) {
            printAndForget(last, prefix);
          }
          for (LogLine line : message.getLinesList()) {
            if (wanted.test(line)) {
              last.add(new Shown(section, line));
              if (last.size() > most) {
                last.remove();
              }
            }
          }
          tellMissing(message);
          return !invocation.streams().out().checkError();
        });
    printAndForget(last, prefix);
    return stream.cursor().orElse("");
  }

  private void printAndForget(Deque<Shown> lines, boolean prefix) {
    lines.forEach(shown -> print(shown, prefix));
    lines.clear();
  }

  private static boolean isSame(LogSection one, LogSection other) {
    return one.getFence() == other.getFence() && one.getExecution().equals(other.getExecution());
  }

  private void print(Shown shown, boolean prefix) {
    OutputFormat format = invocation.format();
    String step = Names.stepOf(shown.section().getExecution());
    String text = shown.line().getText();
    boolean harmless =
        format == OutputFormat.TABLE && invocation.streams().screen().isInteractive();
    invocation
        .streams()
        .out()
        .println(
            format == OutputFormat.JSONL
                ? Json.line(record(step, shown.section(), shown.line()))
                : (prefix ? invocation.style().cyan("[" + step + "]") + " " : "")
                    + (harmless ? Text.harmless(text) : text));
  }

  private void tellMissing(TailLogsResponse message) {
    if (message.getTruncated() || message.hasMissing()) {
      invocation.note(
          "["
              + Names.part(message.getSection().getExecution(), "taskRuns")
              + "] "
              + (message.hasMissing() || !message.getSection().getTruncated()
                  ? which(message) + " are kept no more: the server deletes logs after a while"
                  : "a limit was reached: lines are missing here"));
    }
  }

  /** The lines that are kept no more; an older server does not say which. */
  private static String which(TailLogsResponse message) {
    MissingLines missing = message.getMissing();
    return message.hasMissing()
        ? "its lines %d to %d".formatted(missing.getFirstSequence(), missing.getLastSequence())
        : "its lines";
  }

  private ResumingStream<TailLogsRequest, TailLogsResponse> stream(TailLogsRequest request) {
    return LogTails.stream(
        invocation.connection().channel(), request, invocation.connection().streams());
  }

  private static Struct record(String step, LogSection section, LogLine line) {
    return Struct.newBuilder()
        .putFields("step", text(step))
        .putFields("execution", text(section.getExecution()))
        .putFields("round", number(section.getRound()))
        .putFields("attempt", number(section.getAttempt()))
        .putFields("operation", text(States.name(section.getOperation())))
        .putFields("fence", number(section.getFence()))
        .putFields("sequence", number(line.getSequence()))
        .putFields("time", text(Timestamps.toString(line.getTime())))
        .putFields("level", text(line.getLevel().name().replaceFirst("^LOG_LEVEL_", "")))
        .putFields("source", text(line.getSource().name().replaceFirst("^LOG_SOURCE_", "")))
        .putFields("text", text(line.getText()))
        .build();
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static Value number(long value) {
    return Value.newBuilder().setNumberValue((double) value).build();
  }
}
