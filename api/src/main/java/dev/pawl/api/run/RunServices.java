package dev.pawl.api.run;

import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.object.DeletedMarks;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.value.Structs;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.execution.Executions;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunFilterReader;
import dev.pawl.engine.view.Views;
import io.grpc.BindableService;
import java.time.InstantSource;

/** Makes the services of runs and executions. */
public final class RunServices {
  private RunServices() {}

  /** Reads the filters of lists of runs. */
  public static RunFilterReader filters() {
    return RunFilters::parse;
  }

  /** The runs of a filter that may be seen. */
  public static RunFilter seen(RunFilter filter, Rights rights) {
    return RunFilters.seen(filter, rights);
  }

  public static BindableService runs(
      Definitions definitions,
      Plans plans,
      Runs runs,
      Views views,
      RunLookup lookup,
      Steps steps,
      LogEnds logs,
      DeletedMarks marks,
      Structs structs,
      PageTokens tokens,
      OpenStreams streams,
      InstantSource clock) {
    RunMapper mapper = new RunMapper(structs, clock);
    return new RunGrpcService(
        runs,
        views,
        lookup,
        new RunStart(definitions, plans, runs, structs, mapper),
        new RunCommands(runs, lookup, mapper),
        steps,
        new Locate(runs, lookup, logs),
        mapper,
        marks,
        tokens,
        streams);
  }

  public static BindableService executions(
      Executions executions, Steps steps, Structs structs, PageTokens tokens, InstantSource clock) {
    return new ExecutionGrpcService(executions, steps, new RunMapper(structs, clock), tokens);
  }
}
