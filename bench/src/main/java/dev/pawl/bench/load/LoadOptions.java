package dev.pawl.bench.load;

import dev.pawl.bench.Output;
import dev.pawl.bench.OutputOption;
import dev.pawl.bench.node.TestBed;
import java.time.Duration;
import picocli.CommandLine.Mixin;

/** What all instruments are told. */
public final class LoadOptions {
  @Mixin private TestBed.Options testBed = new TestBed.Options();

  @Mixin private LoadWindow window = new LoadWindow();
  @Mixin private OutputOption output = new OutputOption();

  TestBed.Options testBed() {
    return testBed;
  }

  Duration measured() {
    return window.measured();
  }

  Duration warmup() {
    return window.warmup();
  }

  int inFlight() {
    return window.inFlight();
  }

  int slots() {
    return testBed.slots();
  }

  Output.Format format() {
    return output.format();
  }
}
