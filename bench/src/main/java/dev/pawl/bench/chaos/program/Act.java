package dev.pawl.bench.chaos.program;

import java.time.Duration;
import java.util.Locale;

/** What one attempt of a task does, and for how long. */
public record Act(Kind kind, Duration time) {
  /** How an attempt ends. */
  public enum Kind {
    /** It succeeds. */
    SUCCEED,
    /** It fails; another attempt may mend that. */
    FAIL,
    /** It fails for good. */
    GIVE_UP,
    /** It goes on until it is told to stop, or its time has passed. */
    HANG,
    /** It goes on until it is killed, or its time has passed. */
    DEFY
  }

  static Act of(Kind kind, int millis) {
    return new Act(kind, Duration.ofMillis(millis));
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + ":" + time.toMillis();
  }

  static Act parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("an act is kind:millis, such as fail:120; is " + text);
    }
    return of(
        Kind.valueOf(text.substring(0, colon).toUpperCase(Locale.ROOT)),
        Integer.parseInt(text.substring(colon + 1)));
  }
}
