package dev.pawl.bench.micro;

import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.WorkSpec;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.ExecutionFactSerializer;
import dev.pawl.engine.journal.RunFactSerializer;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunSamples;
import java.io.NotSerializableException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Facts to stored bytes and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FactsMicro {
  /** One of the facts of a run of three tasks. */
  public enum Sample {
    RUN_CREATED,
    STEPS_ENDED,
    EXECUTION_LEASED,
    EXECUTION_ENDED
  }

  /** Which fact. */
  @Param public Sample fact = Sample.RUN_CREATED;

  private SerializerWithStringManifest serializer = new RunFactSerializer();
  private Object object = "";
  private byte[] bytes = {};
  private String manifest = "";

  @Setup
  public void makeFact() {
    Cause child = new Cause.Parent(RunSamples.RUN.value() + "/t0/0");
    Cause report = new Cause.Report("bench-worker", 1);
    switch (fact) {
      case RUN_CREATED ->
          take(
              new RunFactSerializer(),
              new RunFact(
                  new RunEvent.Created(RunSamples.header(3)),
                  new Cause.Command("c0ffee-request-1", "ab".repeat(32), "bench", ""),
                  RunSamples.NOW,
                  "",
                  "RUNNING"));
      case STEPS_ENDED ->
          take(
              new RunFactSerializer(),
              new RunFact(
                  new RunEvent.StepsEnded(List.of(RunSamples.succeeded(1))),
                  child,
                  RunSamples.NOW,
                  "RUNNING",
                  "RUNNING"));
      case EXECUTION_LEASED ->
          take(
              new ExecutionFactSerializer(),
              new ExecutionFact(
                  new ExecutionEvent.Leased(
                      Optional.of(new WorkSpec("default", "ab".repeat(32), 0, Map.of(), "")),
                      1,
                      0,
                      1,
                      ExecutionEvent.Operation.EXECUTE,
                      false,
                      "bench-worker",
                      "i1"),
                  child,
                  RunSamples.NOW,
                  "",
                  "RUNNING"));
      case EXECUTION_ENDED ->
          take(
              new ExecutionFactSerializer(),
              new ExecutionFact(
                  new ExecutionEvent.Ended(
                      Optional.empty(), 1, 1, ExecutionStatus.SUCCEEDED, "", "", "", Map.of()),
                  report,
                  RunSamples.NOW,
                  "RUNNING",
                  "SUCCEEDED"));
    }
  }

  private void take(SerializerWithStringManifest of, Object sample) {
    serializer = of;
    object = sample;
    manifest = of.manifest(sample);
    bytes = of.toBinary(sample);
  }

  /** To bytes. */
  @Benchmark
  public byte[] encode() {
    return serializer.toBinary(object);
  }

  /** And back. */
  @Benchmark
  public Object decode() throws NotSerializableException {
    return serializer.fromBinary(bytes, manifest);
  }
}
