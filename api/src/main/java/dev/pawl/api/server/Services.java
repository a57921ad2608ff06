package dev.pawl.api.server;

import dev.pawl.api.admin.AdminGrpcService;
import dev.pawl.api.audit.AuditGrpcService;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.definition.DefinitionServices;
import dev.pawl.api.explain.ExplainGrpcService;
import dev.pawl.api.lock.LockGrpcService;
import dev.pawl.api.log.LogGrpcService;
import dev.pawl.api.log.StoredLogEnds;
import dev.pawl.api.object.DeletedMarks;
import dev.pawl.api.object.ObjectGrpcService;
import dev.pawl.api.operation.OperationServices;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.SealedTokens;
import dev.pawl.api.run.RunLookup;
import dev.pawl.api.run.RunServices;
import dev.pawl.api.run.Steps;
import dev.pawl.api.value.Structs;
import dev.pawl.api.watch.WatchGrpcService;
import dev.pawl.api.worker.WorkerGrpcService;
import dev.pawl.engine.audit.Audit;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.content.Payloads;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.execution.Executions;
import dev.pawl.engine.explain.Explainer;
import dev.pawl.engine.feed.Feed;
import dev.pawl.engine.lock.Locks;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.node.Nodes;
import dev.pawl.engine.object.DeletedObjects;
import dev.pawl.engine.operation.Operations;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.view.Views;
import dev.pawl.engine.worker.Workers;
import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;

/** The services of a node, over the parts of an engine. */
public record Services(
    Definitions definitions,
    Runs runs,
    Executions executions,
    Operations operations,
    Locks locks,
    DeletedObjects deletedObjects,
    Feed feed,
    Views views,
    Logs logs,
    Workers workers,
    Nodes nodes,
    Audit audit,
    ContentStore contents,
    Plans plans,
    SealedTokens tokens,
    InstantSource clock,
    String version,
    String mode) {

  /**
   * Makes the services.
   *
   * @param streams told of each stream while it is open
   */
  public List<BindableService> make(
      OpenStreams streams, WatchGrpcService.Pace watching, LogGrpcService.Pace tailing) {
    PageTokens pages = new PageTokens(tokens);
    Structs structs = new Structs(contents, new Payloads(contents));
    RunLookup lookup = new RunLookup(views);
    Steps steps = new Steps(runs, lookup, pages);
    DefinitionServices defined = new DefinitionServices(definitions, contents, views, pages, clock);
    return List.of(
        defined.workflows(),
        defined.tasks(),
        RunServices.runs(
            definitions,
            plans,
            runs,
            views,
            lookup,
            steps,
            new StoredLogEnds(logs),
            new DeletedMarks(deletedObjects),
            structs,
            pages,
            streams,
            clock),
        RunServices.executions(executions, steps, structs, pages, clock),
        new ExplainGrpcService(new Explainer(runs, executions, workers), lookup),
        OperationServices.make(
            operations, runs, views, contents, lookup, pages, streams, watching.patience(), clock),
        new LockGrpcService(locks, views, lookup, pages),
        new ObjectGrpcService(deletedObjects, pages, clock),
        new WatchGrpcService(feed, views, plans, lookup, structs, tokens, streams, watching),
        new LogGrpcService(
            logs, runs, executions, steps, lookup, plans, tokens, streams, tailing, clock, version),
        new WorkerGrpcService(workers, nodes, logs, contents, structs, streams, version),
        new AdminGrpcService(nodes, clock),
        new AuditGrpcService(audit, lookup, pages),
        new ServerGrpcService(version, mode));
  }
}
