package dev.pawl.api.log;

import com.google.protobuf.Timestamp;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.v1.LineFilter;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which lines of a log are wanted.
 *
 * <p>A line that says nothing about its time is let through by a time, since it may stand for lines
 * that arrived damaged.
 *
 * @param least the least grave level that is wanted
 * @param text what lines must hold; all do when it is empty
 */
record LineSieve(LogLevel least, Optional<Instant> since, String text) {
  private static final int LONGEST_TEXT = 256;
  private static final long FIRST_SECOND = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  /** Reads a filter; refuses a malformed one. */
  static LineSieve of(LineFilter filter) {
    if (filter.getMinLevel() == LogLevel.UNRECOGNIZED) {
      throw ApiErrors.invalidField(
          "filter.minLevel", "is no level; expected DEBUG, INFO, WARN or ERROR");
    }
    if (filter.hasSince() && !isTime(filter.getSince())) {
      throw ApiErrors.invalidField("filter.since", "is no time");
    }
    if (filter.getText().length() > LONGEST_TEXT) {
      throw ApiErrors.invalidField(
          "filter.text",
          "has %,d characters; at most %d".formatted(filter.getText().length(), LONGEST_TEXT));
    }
    return new LineSieve(
        filter.getMinLevel(),
        filter.hasSince() ? Optional.of(instant(filter.getSince())) : Optional.empty(),
        filter.getText());
  }

  /** Whether it is a time that a calendar has; what a worker sends need not be. */
  static boolean isTime(Timestamp time) {
    return time.getSeconds() >= FIRST_SECOND
        && time.getSeconds() <= LAST_SECOND
        && time.getNanos() >= 0
        && time.getNanos() <= 999_999_999;
  }

  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  boolean isEverything() {
    return least == LogLevel.LOG_LEVEL_UNSPECIFIED && since.isEmpty() && text.isEmpty();
  }

  boolean wants(LogLine line) {
    return gravity(line.getLevel()) >= gravity(least, 0)
        && (since.isEmpty()
            || !line.hasTime()
            || !isTime(line.getTime())
            || !instant(line.getTime()).isBefore(since.get()))
        && line.getText().contains(text);
  }

  private static int gravity(LogLevel level) {
    return gravity(level, 2);
  }

  private static int gravity(LogLevel level, int ofNone) {
    return switch (level) {
      case LOG_LEVEL_DEBUG -> 1;
      case LOG_LEVEL_INFO -> 2;
      case LOG_LEVEL_WARN -> 3;
      case LOG_LEVEL_ERROR -> 4;
      case LOG_LEVEL_UNSPECIFIED, UNRECOGNIZED -> ofNone;
    };
  }

  /**
   * The same for people: {@code level WARN and graver, since ...}; empty when nothing is left out.
   */
  String inWords() {
    List<String> words = new ArrayList<>();
    if (least != LogLevel.LOG_LEVEL_UNSPECIFIED) {
      words.add("level " + LogText.level(least) + " and graver");
    }
    since.ifPresent(time -> words.add("since " + LogText.time(time)));
    if (!text.isEmpty()) {
      words.add("with \"" + text + "\"");
    }
    return String.join(", ", words);
  }
}
