package dev.pawl.cli.log;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.protobuf.util.Timestamps;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.OutputFormat;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.resource.Names;
import dev.pawl.client.LogTails;
import dev.pawl.client.ResumingStream;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Prints the log of a run or of a step, line by line, each line once. */
public final class LogPrinter {
  private final Invocation invocation;
  private final LogOptions options;

  public LogPrinter(Invocation invocation, LogOptions options) {
    this.invocation = invocation;
    this.options = options;
  }

  /**
   * Prints to the end, or with follow until nothing can follow.
   *
   * @param parent the full name of a run or of a step
   * @param prefixed whether each line begins with its step, unless the options say otherwise
   */
  public void print(String parent, boolean prefixed) {
    OutputFormat format = invocation.format();
    if (format != OutputFormat.TABLE
        && format != OutputFormat.RAW
        && format != OutputFormat.JSONL) {
      throw CommandFailed.usage("Logs are printed with -o raw or -o jsonl.");
    }
    Predicate<LogLine> wanted = wanted();
    boolean prefix = format == OutputFormat.TABLE && options.hasPrefix(prefixed);
    boolean harmless =
        format == OutputFormat.TABLE && invocation.streams().screen().isInteractive();
    PrintStream out = invocation.streams().out();
    stream(parent)
        .forEach(
            message -> {
              String step = Names.part(message.getSection().getExecution(), "taskRuns");
              String margin = prefix ? invocation.style().cyan("[" + step + "]") + " " : "";
              for (LogLine line : message.getLinesList()) {
                if (!wanted.test(line)) {
                  continue;
                }
                String text = line.getText();
                out.println(
                    format == OutputFormat.JSONL
                        ? Json.line(record(step, message.getSection(), line))
                        : margin + (harmless ? Text.harmless(text) : text));
              }
              if (message.getTruncated()) {
                invocation.note("[" + step + "] a limit was reached: lines are missing here");
              }
              return !out.checkError();
            });
  }

  private Predicate<LogLine> wanted() {
    Optional<Predicate<String>> grep = options.grep().map(Pattern::asPredicate);
    Optional<Timestamp> since =
        options
            .since(invocation.streams().clock())
            .map(time -> Timestamps.fromMillis(time.toEpochMilli()));
    return line ->
        (grep.isEmpty() || grep.get().test(line.getText()))
            && (since.isEmpty() || Timestamps.compare(line.getTime(), since.get()) >= 0);
  }

  private ResumingStream<TailLogsRequest, TailLogsResponse> stream(String parent) {
    TailLogsRequest.Builder request =
        TailLogsRequest.newBuilder().setParent(parent).setFollow(options.isFollow());
    options.tail().ifPresent(request::setTailLines);
    options.attempt().ifPresent(request::setAttempt);
    return LogTails.stream(
        invocation.connection().channel(), request.build(), invocation.connection().streams());
  }

  private static Struct record(String step, LogSection section, LogLine line) {
    return Struct.newBuilder()
        .putFields("step", text(step))
        .putFields("execution", text(section.getExecution()))
        .putFields("attempt", number(section.getAttempt()))
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
