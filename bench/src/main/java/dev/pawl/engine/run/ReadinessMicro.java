package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.run.RunState.Live;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Which tasks of a large graph are ready, over the whole life of a run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ReadinessMicro {
  /** The size of the graph: layers of five, each task in need of two. */
  @Param({"1000", "10000"})
  public int tasks;

  private Plan plan = RunSamples.layers(1);
  private Live created = live(plan);

  @Setup
  public void makePlan() {
    plan = RunSamples.layers(tasks);
    created = live(plan);
  }

  private static Live live(Plan plan) {
    return (Live) RunSamples.after(new RunEvent.Created(RunSamples.header(plan.tasks().size())));
  }

  /** What a recovery does before anything else. */
  @Benchmark
  public Object count() {
    return Frontier.of(plan, created.steps()).open(created.steps());
  }

  /** Every task ends by itself: all ends are counted, and all that becomes ready is found. */
  @Benchmark
  public int frontierOfAWholeRun() {
    Frontier frontier = Frontier.of(plan, created.steps());
    int ready = frontier.open(created.steps()).size();
    for (int index = 0; index < tasks; index++) {
      ready += frontier.advance(created.steps(), List.of(RunSamples.succeeded(index))).size();
    }
    return ready;
  }

  /** As that, with the directives for all tasks, and the run's state taken along. */
  @Benchmark
  public int releasesOfAWholeRun() {
    List<Integer> told = new ArrayList<>();
    Releases releases =
        new Releases(
            RunSamples.RUN,
            plan,
            created,
            (execution, _, _) ->
                plan.task(execution.task()).ifPresent(task -> told.add(task.index())));
    Live live = created;
    var _ = releases.direct(live);
    int done = 0;
    while (!told.isEmpty()) {
      List<StepEnd> ends = told.stream().map(RunSamples::succeeded).toList();
      told.clear();
      done += ends.size();
      live =
          (Live)
              RunDecider.evolve(
                  live,
                  RunDecider.fact(
                      live, new RunEvent.StepsEnded(ends), RunSamples.CHILD, RunSamples.NOW));
      releases.ended(live, ends);
      var _ = releases.direct(live);
    }
    if (done != tasks) {
      throw new IllegalStateException("%d of %d tasks were released".formatted(done, tasks));
    }
    return done;
  }
}
