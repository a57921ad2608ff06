package dev.pawl.bench.load;

import java.time.Duration;
import picocli.CommandLine.Option;

/** What those are told that measure the limit. */
public final class LimitOptions {
  @Option(
      names = "--limit-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long each limit is measured (default: ${DEFAULT-VALUE}).")
  private int seconds;

  Duration window() {
    return Duration.ofSeconds(seconds);
  }
}
