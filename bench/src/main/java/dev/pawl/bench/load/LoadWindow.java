package dev.pawl.bench.load;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How much is under way, and for how long it is looked at. */
final class LoadWindow {
  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "How long is measured (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "20",
      description = "Seconds under load before (default: ${DEFAULT-VALUE}).")
  private int warmup;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "100",
      description = "Runs that are kept unfinished (default: ${DEFAULT-VALUE}).")
  private int inFlight;

  Duration measured() {
    return Duration.ofSeconds(seconds);
  }

  Duration warmup() {
    return Duration.ofSeconds(warmup);
  }

  int inFlight() {
    return inFlight;
  }
}
