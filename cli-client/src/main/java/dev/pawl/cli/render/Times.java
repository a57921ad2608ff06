package dev.pawl.cli.render;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Instants and durations as people read them. */
public record Times(TimeStyle style, InstantSource clock, ZoneId zone) {
  static final String NONE = "-";
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  /** An instant in the chosen style; a dash for none. */
  public String at(Timestamp timestamp) {
    if (isAbsent(timestamp)) {
      return NONE;
    }
    Instant instant = instant(timestamp);
    return switch (style) {
      case ISO -> instant.truncatedTo(ChronoUnit.MILLIS).toString();
      case LOCAL -> LOCAL.format(instant.atZone(zone));
      case RELATIVE -> relative(Duration.between(instant, clock.instant()));
    };
  }

  /** The time of day, for lines that follow each other. */
  public String clock(Timestamp timestamp) {
    return isAbsent(timestamp) ? "--:--:--" : CLOCK.format(instant(timestamp).atZone(zone));
  }

  /** From start to end, or to now when it has not ended; a dash when it has not started. */
  public String elapsed(Timestamp start, Timestamp end) {
    if (isAbsent(start)) {
      return NONE;
    }
    Instant until = isAbsent(end) ? clock.instant() : instant(end);
    Duration elapsed = Duration.between(instant(start), until);
    return duration(elapsed.isNegative() ? Duration.ZERO : elapsed);
  }

  /** Such as 0.4s, 41.8s, 1m 12s, 2h 05m, 3d 04h. */
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      long tenths = duration.toMillis() / 100;
      return tenths / 10 + "." + tenths % 10 + "s";
    }
    if (seconds < 3600) {
      return "%dm %02ds".formatted(seconds / 60, seconds % 60);
    }
    if (seconds < 86_400) {
      return "%dh %02dm".formatted(seconds / 3600, seconds / 60 % 60);
    }
    return "%dd %02dh".formatted(seconds / 86_400, seconds / 3600 % 24);
  }

  private static String relative(Duration ago) {
    if (ago.isNegative()) {
      return "in " + coarse(ago.negated());
    }
    return ago.toSeconds() < 1 ? "now" : coarse(ago) + " ago";
  }

  private static String coarse(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  private static boolean isAbsent(Timestamp timestamp) {
    return timestamp.getSeconds() == 0 && timestamp.getNanos() == 0;
  }

  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
