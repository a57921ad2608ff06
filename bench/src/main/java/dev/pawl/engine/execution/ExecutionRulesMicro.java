package dev.pawl.engine.execution;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.journal.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The rules of an execution: decide, and take in what was decided. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ExecutionRulesMicro {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Cause CAUSE = new Cause.Report("bench-worker", 1);

  private final TaskPlan task =
      new TaskPlan(
          0,
          "t0",
          "",
          List.of(),
          "default",
          Map.of(),
          Optional.empty(),
          Duration.ofSeconds(10),
          new RetryPlan(3, new RetryPlan.Backoff.Fixed(Duration.ofSeconds(1))),
          List.of(),
          false,
          new Placement.Any(),
          Set.of(),
          false,
          Optional.empty(),
          Optional.empty());
  private final ExecutionCommand grant =
      new ExecutionCommand.Grant(
          new WorkSpec("default", "ab".repeat(32), 0, Map.of(), ""),
          0,
          Directive.Work.DO,
          "bench-worker",
          "i1");
  private final ExecutionCommand succeed = new ExecutionCommand.Succeed(1, Map.of(), "");
  private final ExecutionCommand fail =
      new ExecutionCommand.Fail(1, "EXIT_CODE", "exit code 1", false, "");
  private final ExecutionState leased = apply(ExecutionDecider.absent(), grant);

  /** A worker takes it. */
  @Benchmark
  public Object lease() {
    return apply(ExecutionDecider.absent(), grant);
  }

  /** It succeeds. */
  @Benchmark
  public Object success() {
    return apply(leased, succeed);
  }

  /** It fails and is tried again. */
  @Benchmark
  public Object failure() {
    return apply(leased, fail);
  }

  private ExecutionState apply(ExecutionState state, ExecutionCommand command) {
    return switch (ExecutionDecider.decide(state, task, command, NOW)) {
      case Decision.Accept(var events) -> {
        ExecutionState next = state;
        for (ExecutionEvent event : events) {
          next = ExecutionDecider.evolve(next, ExecutionDecider.fact(next, event, CAUSE, NOW));
        }
        yield next;
      }
      case Decision.Reject(var rejection) -> throw new IllegalStateException("" + rejection);
    };
  }
}
