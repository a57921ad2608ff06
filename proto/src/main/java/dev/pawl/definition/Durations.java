package dev.pawl.definition;

import com.google.protobuf.Duration;

/** The rules of durations: whole milliseconds, within what somebody could mean. */
final class Durations {
  static final long SECOND = 1_000;
  static final long HOUR = 3_600 * SECOND;
  static final long YEAR = 365 * 24 * HOUR;

  private Durations() {}

  /** Checks that a duration is between two numbers of milliseconds. */
  static void check(Findings findings, FieldPath path, Duration duration, long least, long most) {
    long seconds = duration.getSeconds();
    int nanos = duration.getNanos();
    if (Math.abs((long) nanos) > 999_999_999 || (seconds > 0 && nanos < 0)) {
      findings.add(
          path, "is malformed: %d s and %d ns do not go together".formatted(seconds, nanos));
    } else if (seconds < 0 || nanos < 0) {
      findings.add(path, "is negative; %s".formatted(range(least, most)));
    } else if (nanos % 1_000_000 != 0) {
      findings.add(path, "is finer than a millisecond; use whole milliseconds");
    } else if (seconds > most / SECOND || millis(duration) > most) {
      findings.add(path, "is longer than %s; %s".formatted(text(most), range(least, most)));
    } else if (millis(duration) < least) {
      findings.add(path, "is %s; %s".formatted(text(millis(duration)), range(least, most)));
    }
  }

  /** The milliseconds of a duration that lies within a year. */
  static long millis(Duration duration) {
    return duration.getSeconds() * SECOND + duration.getNanos() / 1_000_000;
  }

  private static String range(long least, long most) {
    return "give %s to %s".formatted(text(least), text(most));
  }

  static String text(long millis) {
    if (millis % (24 * HOUR) == 0 && millis > 0) {
      return millis / (24 * HOUR) + " days";
    }
    return millis % SECOND == 0 ? millis / SECOND + " s" : millis + " ms";
  }
}
