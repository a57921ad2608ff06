package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.node.TestBed;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all instruments are told. */
public final class LoadOptions {
  @Mixin private TestBed.Options testBed = new TestBed.Options();

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

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private Output.Format format = Output.Format.TABLE;

  TestBed.Options testBed() {
    return testBed;
  }

  Duration measured() {
    return Duration.ofSeconds(seconds);
  }

  Duration warmup() {
    return Duration.ofSeconds(warmup);
  }

  int inFlight() {
    return inFlight;
  }

  int slots() {
    return testBed.slots();
  }

  Output.Format format() {
    return format;
  }
}
