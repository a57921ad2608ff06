package dev.pawl.api.run;

import dev.pawl.api.call.RunObjects;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.view.Views;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** What runs are about, by their own word. */
public final class AskedRunObjects implements RunObjects {
  /** Of {@code projects/{project}/runs/{run}}; behind it stands what is asked for of the run. */
  private static final int PARTS = 4;

  private final Runs runs;
  private final RunLookup lookup;

  public AskedRunObjects(Runs runs, Views views) {
    this.runs = runs;
    this.lookup = new RunLookup(views);
  }

  @Override
  public CompletionStage<List<ObjectName>> of(String name) {
    RunName run =
        ResourceNames.run(
            "name",
            Arrays.stream(name.split("/", -1)).limit(PARTS).collect(Collectors.joining("/")));
    return lookup
        .find(run)
        .thenCompose(
            id ->
                runs.describe(run.project(), id)
                    .thenApply(answer -> RunErrors.accepted(run.project(), id, answer)))
        .thenApply((RunHead head) -> head.header().objectNames());
  }
}
