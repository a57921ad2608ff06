package dev.pawl.api.log;

import dev.pawl.api.run.RunWords;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.run.RunHead;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/** Logs as texts that explain themselves to who was not there. */
final class LogText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private LogText() {}

  /**
   * What all texts of a download share.
   *
   * @param server the version of the server that makes them
   * @param made when
   */
  record Origin(RunHead run, String server, Instant made, LineSieve sieve) {}

  /** The head of the text of one section. */
  static String head(Origin origin, Section section) {
    LogSection stored = section.stored();
    StringBuilder head = ofStep(origin, stored.key().execution().task());
    field(head, "execution", stored.key().execution().index());
    field(head, "round", stored.round());
    field(head, "attempt", stored.attempt());
    field(head, "operation", stored.operation());
    field(head, "fence", stored.key().fence());
    field(head, "worker", stored.worker());
    field(head, "started", time(stored.startedAt()));
    section
        .attempt()
        .ifPresent(
            attempt -> {
              field(head, "ended", attempt.endedAt().map(LogText::time).orElse("not yet"));
              field(head, "state", state(attempt));
              field(head, "reason", attempt.reason());
              field(head, "message", attempt.message());
            });
    return finish(head, origin);
  }

  /** The whole text of a step that no attempt was made at. */
  static String ofNone(Origin origin, String step, String status) {
    StringBuilder head = ofStep(origin, step);
    field(head, "state", status);
    return finish(head, origin) + "# No attempt has begun: there is no log.\n";
  }

  private static StringBuilder ofStep(Origin origin, String step) {
    RunHead run = origin.run();
    StringBuilder head = new StringBuilder("# Pawl log\n");
    field(head, "project", run.header().project());
    field(head, "run", run.id().value());
    field(
        head,
        run.header().definition().kind() == DefinitionKind.WORKFLOW ? "workflow" : "task",
        run.header().definition().name() + " v" + run.header().definitionVersion());
    field(head, "step", step);
    return head;
  }

  private static String finish(StringBuilder head, Origin origin) {
    field(head, "only", origin.sieve().inWords());
    field(head, "server", "Pawl " + origin.server());
    field(head, "written", time(origin.made()));
    return head.append("#\n").toString();
  }

  private static void field(StringBuilder head, String name, Object value) {
    String text = CONTROL.matcher(String.valueOf(value)).replaceAll(" ");
    if (!text.isEmpty()) {
      head.append("# ").append(name).repeat(' ', 11 - name.length()).append(text).append('\n');
    }
  }

  private static String state(AttemptView attempt) {
    ExecutionState state = RunWords.toProto(attempt.status());
    return state.name().replaceFirst("^EXECUTION_STATE_", "");
  }

  /** One line: its time, its level, its text as it was written. */
  static String line(LogLine line) {
    String time =
        line.hasTime() && LineSieve.isTime(line.getTime())
            ? time(LineSieve.instant(line.getTime()))
            : "-".repeat(24);
    return time + " " + "%-5s".formatted(level(line.getLevel())) + " " + line.getText() + "\n";
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  static String level(LogLevel level) {
    return switch (level) {
      case LOG_LEVEL_DEBUG -> "DEBUG";
      case LOG_LEVEL_INFO -> "INFO";
      case LOG_LEVEL_WARN -> "WARN";
      case LOG_LEVEL_ERROR -> "ERROR";
      case LOG_LEVEL_UNSPECIFIED, UNRECOGNIZED -> "-";
    };
  }

  /** In the place of lines that were stored once and are no more. */
  static String missing(long first, long last) {
    return first == last
        ? "# Line %d is stored no more.\n".formatted(first)
        : "# Lines %d to %d are stored no more.\n".formatted(first, last);
  }

  /**
   * The last line: whether the text is complete.
   *
   * @param lines that the text holds
   * @param whole whether all lines are there that were stored
   */
  static String foot(Section section, long lines, boolean whole) {
    LogSection stored = section.stored();
    StringBuilder foot = new StringBuilder();
    if (stored.truncated()) {
      foot.append("# A limit was reached: lines are missing here.\n");
    }
    String count =
        lines == stored.lines() ? lines(lines) : "%s of %d".formatted(lines(lines), stored.lines());
    String end;
    if (stored.ended()) {
      end = whole ? "complete" : "what is left of it";
    } else if (section.live()) {
      end = "so far; the attempt is at work";
    } else {
      end = "so far; the attempt has ended, the rest is still with its worker";
    }
    return foot.append("# ").append(count).append(", ").append(end).append(".\n").toString();
  }

  private static String lines(long count) {
    return count == 1 ? "1 line" : count + " lines";
  }
}
