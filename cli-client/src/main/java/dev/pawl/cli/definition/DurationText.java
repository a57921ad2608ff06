package dev.pawl.cli.definition;

import com.google.protobuf.Duration;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 10m}, {@code 1h30m}, {@code 600s}, {@code 250ms}, {@code
 * 1.5h}.
 */
public final class DurationText {
  private static final Pattern PART = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(d|h|ms|m|s)");

  /** What google.protobuf.Duration holds: 10,000 years. */
  private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(315_576_000_000L);

  private DurationText() {}

  /** The duration, or nothing when the text is none or longer than 10,000 years. */
  public static Optional<Duration> parse(String text) {
    boolean negative = text.startsWith("-");
    Matcher part = PART.matcher(text);
    int position = negative ? 1 : 0;
    BigDecimal seconds = BigDecimal.ZERO;
    if (position == text.length()) {
      return Optional.empty();
    }
    while (position < text.length()) {
      if (!part.find(position) || part.start() != position) {
        return Optional.empty();
      }
      seconds = seconds.add(new BigDecimal(part.group(1)).multiply(secondsOf(part.group(2))));
      position = part.end();
    }
    if (seconds.compareTo(MOST_SECONDS) > 0) {
      return Optional.empty();
    }
    BigDecimal signed = negative ? seconds.negate() : seconds;
    long whole = signed.longValue();
    BigDecimal nanos = signed.subtract(BigDecimal.valueOf(whole)).movePointRight(9);
    return Optional.of(Duration.newBuilder().setSeconds(whole).setNanos(nanos.intValue()).build());
  }

  private static BigDecimal secondsOf(String unit) {
    return switch (unit) {
      case "d" -> BigDecimal.valueOf(86_400);
      case "h" -> BigDecimal.valueOf(3_600);
      case "m" -> BigDecimal.valueOf(60);
      case "s" -> BigDecimal.ONE;
      case "ms" -> BigDecimal.valueOf(1, 3);
      default -> throw new IllegalArgumentException("No unit of time: " + unit);
    };
  }
}
