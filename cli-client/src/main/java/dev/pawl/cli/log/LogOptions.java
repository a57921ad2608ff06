package dev.pawl.cli.log;

import dev.pawl.cli.CommandFailed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which lines of a log are wanted, and how. */
public final class LogOptions {
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
      names = "--since",
      paramLabel = "DURATION",
      description = "Only lines that are no older, such as 10m.")
  private @Nullable Duration since;

  @Option(names = "--attempt", paramLabel = "N", description = "Only this attempt.")
  private @Nullable Integer attempt;

  @Option(names = "--grep", paramLabel = "REGEX", description = "Only lines that match.")
  private @Nullable String grep;

  @Option(names = "--prefix", description = "Begin each line with its step: so for a whole run.")
  private boolean prefix;

  @Option(names = "--no-prefix", description = "Only the lines: so for one step.")
  private boolean noPrefix;

  public boolean isFollow() {
    return follow;
  }

  OptionalInt tail() {
    return optional(tail);
  }

  OptionalInt attempt() {
    return optional(attempt);
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
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

  /** The time of the oldest line that is wanted. */
  Optional<Instant> since(InstantSource clock) {
    return Optional.ofNullable(since).map(age -> clock.instant().minus(age));
  }

  boolean hasPrefix(boolean otherwise) {
    return prefix || (otherwise && !noPrefix);
  }
}
