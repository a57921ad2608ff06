package dev.pawl.engine.run;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.run.RunEvent.Created;
import dev.pawl.engine.run.RunEvent.StepsEnded;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The rules of a run of three tasks: decide, and take in what was decided. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RunRulesMicro {
  private final Plan plan = RunSamples.chain(3);
  private final RunHeader header = RunSamples.header(3);
  private final RunState running =
      RunSamples.after(new Created(header), new StepsEnded(List.of(RunSamples.succeeded(0))));
  private final RunState nearlyDone =
      RunSamples.after(
          new Created(header),
          new StepsEnded(List.of(RunSamples.succeeded(0))),
          new StepsEnded(List.of(RunSamples.succeeded(1))));
  private final RunCommand start = new RunCommand.Start(header);
  private final RunCommand second = new RunCommand.Settle(List.of(RunSamples.succeeded(1)), true);
  private final RunCommand last = new RunCommand.Settle(List.of(RunSamples.succeeded(2)), true);

  /** A start. */
  @Benchmark
  public Object start() {
    return apply(RunDecider.absent(), start);
  }

  /** The end of a task in the middle. */
  @Benchmark
  public Object taskEnds() {
    return apply(running, second);
  }

  /** The end of the last task, and so of the run. */
  @Benchmark
  public Object runEnds() {
    return apply(nearlyDone, last);
  }

  private RunState apply(RunState state, RunCommand command) {
    return switch (RunDecider.decide(state, plan, command, RunSamples.CHILD, RunSamples.NOW)) {
      case Decision.Accept(var events) -> {
        RunState next = state;
        for (RunEvent event : events) {
          next =
              RunDecider.evolve(
                  next, RunDecider.fact(next, event, RunSamples.CHILD, RunSamples.NOW));
        }
        yield next;
      }
      case Decision.Reject(var rejection) -> throw new IllegalStateException("" + rejection);
    };
  }
}
