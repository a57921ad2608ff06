package dev.pawl.api.definition;

import dev.pawl.api.page.PageTokens;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.view.Views;
import io.grpc.BindableService;
import java.time.InstantSource;

/** Makes the services of workflows and of tasks that stand alone. */
public final class DefinitionServices {
  private final Submissions submissions;
  private final DefinitionReads reads;

  public DefinitionServices(
      Definitions definitions,
      ContentStore contents,
      Views views,
      PageTokens tokens,
      InstantSource clock) {
    this.submissions = new Submissions(definitions, contents, new ContractPlanReader(), clock);
    this.reads = new DefinitionReads(definitions, contents, views, tokens);
  }

  public BindableService workflows() {
    return new WorkflowGrpcService(submissions, reads);
  }

  public BindableService tasks() {
    return new TaskGrpcService(submissions, reads);
  }
}
