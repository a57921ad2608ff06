package dev.pawl.api.operation;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Caller;
import dev.pawl.api.call.CommandNote;
import dev.pawl.api.call.Commands;
import dev.pawl.api.call.Denials;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.api.page.Pages;
import dev.pawl.api.run.RunErrors;
import dev.pawl.api.run.RunIds;
import dev.pawl.api.run.RunLookup;
import dev.pawl.api.run.RunServices;
import dev.pawl.api.run.RunWords;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.operation.ItemList;
import dev.pawl.engine.operation.ItemOutcome;
import dev.pawl.engine.operation.ItemResult;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.operation.OperationRejection;
import dev.pawl.engine.operation.OperationWork;
import dev.pawl.engine.operation.Operations;
import dev.pawl.engine.operation.Refusals;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.view.Page;
import dev.pawl.engine.view.Revision;
import dev.pawl.engine.view.RunColumn;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunRow;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.CommandRunsRequest;
import dev.pawl.v1.CommandRunsResponse;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.ExportRunsRequest;
import dev.pawl.v1.ExportRunsResponse;
import dev.pawl.v1.ItemCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Begins operations: reads what is asked for, finds the runs, fixes their list, and hands it to the
 * engine. Finding them takes several questions, so each call has a virtual thread that waits.
 */
final class BulkCommands {
  /** Questions of a dry run that wait at once. */
  private static final int AT_ONCE = 64;

  private static final int PAGE = 2_000;

  private final Operations operations;
  private final Runs runs;
  private final Views views;
  private final ContentStore contents;
  private final RunLookup lookup;
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();

  BulkCommands(
      Operations operations, Runs runs, Views views, ContentStore contents, RunLookup lookup) {
    this.operations = operations;
    this.runs = runs;
    this.views = views;
    this.contents = contents;
    this.lookup = lookup;
  }

  CompletionStage<CommandRunsResponse> command(CommandRunsRequest request, Caller caller) {
    String project = ResourceNames.project("parent", request.getParent());
    RunVerb verb =
        RunWords.toEngine(request.getCommand())
            .orElseThrow(
                () ->
                    ApiErrors.invalidField(
                        "command",
                        "is none that runs take; must be one of "
                            + Arrays.stream(RunVerb.values())
                                .map(RunVerb::name)
                                .collect(Collectors.joining(", "))));
    if (request.getRunsCount() == 0 && request.getFilter().isBlank()) {
      throw ApiErrors.invalidField("runs", "is empty: name runs, or give a filter");
    }
    if (request.getRunsCount() > 0 && !request.getFilter().isBlank()) {
      throw ApiErrors.invalidField("filter", "is given beside runs: give one of the two");
    }
    if (isDestructive(verb) && !request.getDryRun() && !request.getConfirm()) {
      throw ApiErrors.of(
          ErrorReason.ERROR_REASON_CONFIRM_REQUIRED,
          "%s of many runs cannot be taken back: set `confirm`, or look first with `dry_run`"
              .formatted(verb));
    }
    Cause.Command cause =
        Commands.cause(request, request.getRequestId(), request.getReason(), caller);
    RunFilter filter =
        RunServices.seen(RunServices.filters().read(request.getFilter()), cause.call().rights());
    List<Revision> atLeast = Pages.revisions(request.getAtLeastList());
    List<RunName> names = names(project, request.getRunsList());
    Rights rights = cause.call().rights();
    CommandNote note = CommandNote.current();
    Supplier<List<RunId>> found =
        () ->
            names.isEmpty()
                ? shown(project, filter, atLeast, rights)
                : permitted(project, named(names), caller, rights);
    return request.getDryRun()
        ? async(() -> preview(project, verb, found.get(), cause))
        : async(
            () ->
                CommandRunsResponse.newBuilder()
                    .setOperation(
                        begin(
                            project,
                            cause,
                            note,
                            () -> {
                              List<RunId> items = found.get();
                              String hash =
                                  contents.put(ItemList.write(items)).toCompletableFuture().join();
                              return new OperationWork.Command(
                                  verb, request.getFilter(), hash, items.size());
                            }))
                    .build());
  }

  private static boolean isDestructive(RunVerb verb) {
    return switch (verb) {
      case STOP, ROLLBACK, PASS, REDO -> true;
      case PAUSE, FORCED_PAUSE, CONTINUE, RETRY -> false;
    };
  }

  CompletionStage<ExportRunsResponse> export(ExportRunsRequest request, Caller caller) {
    String project = ResourceNames.project("parent", request.getParent());
    Cause.Command cause =
        Commands.cause(request, request.getRequestId(), request.getReason(), caller);
    RunFilter filter = RunServices.filters().read(request.getFilter());
    List<Revision> atLeast = Pages.revisions(request.getAtLeastList());
    List<String> columns = columns(request.getColumnsList());
    CommandNote note = CommandNote.current();
    return async(
        () ->
            ExportRunsResponse.newBuilder()
                .setOperation(
                    begin(
                        project,
                        cause,
                        note,
                        () -> {
                          if (!atLeast.isEmpty()) {
                            page(project, filter, Optional.empty(), 1, atLeast);
                          }
                          return new OperationWork.Export(request.getFilter(), columns);
                        }))
                .build());
  }

  private static List<String> columns(List<String> given) {
    List<String> known = Arrays.stream(RunColumn.values()).map(RunColumn::title).toList();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < given.size(); i++) {
      String path = "columns[%d]".formatted(i);
      if (!known.contains(given.get(i))) {
        throw ApiErrors.invalidField(
            path,
            "%s is no column; must be one of %s"
                .formatted(ResourceNames.quote(given.get(i)), String.join(", ", known)));
      }
      if (!seen.add(given.get(i))) {
        throw ApiErrors.invalidField(path, given.get(i) + " was named before");
      }
    }
    return given.isEmpty() ? known : List.copyOf(given);
  }

  /**
   * Begins the operation, unless the same request did so before: then its work is not looked for.
   */
  private BulkOperation begin(
      String project,
      Cause.Command cause,
      CommandNote note,
      Supplier<? extends OperationWork> work) {
    OperationId id = RunIds.deriveOperation(project, cause.requestId());
    Answer<OperationHead, OperationRejection> known =
        operations.describe(project, id).toCompletableFuture().join();
    if (known instanceof Answer.Accepted<OperationHead, OperationRejection>(var head)) {
      if (!head.origin().bodyHash().equals(cause.bodyHash())) {
        throw OperationErrors.requestIdReused(project, id);
      }
      if (!head.origin().principal().equals(cause.principal())) {
        note.about(ResourceNames.ofOperation(project, id));
        note.unchanged(head.status().name());
      }
      return OperationMapper.toProto(id, head);
    }
    return OperationMapper.toProto(
        id,
        OperationErrors.accepted(
            project,
            id,
            operations.start(id, project, work.get(), cause).toCompletableFuture().join()));
  }

  // Which runs.

  private static List<RunName> names(String project, List<String> given) {
    if (given.size() > ItemList.MOST) {
      throw ApiErrors.invalidField(
          "runs", "has %,d; at most %,d".formatted(given.size(), ItemList.MOST));
    }
    List<RunName> names = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String path = "runs[%d]".formatted(i);
      RunName name = ResourceNames.run(path, given.get(i));
      if (!name.project().equals(project)) {
        throw ApiErrors.invalidField(
            path, "is of project %s; parent names project %s".formatted(name.project(), project));
      }
      names.add(name);
    }
    return names;
  }

  private List<RunId> named(List<RunName> names) {
    Set<RunId> found = new LinkedHashSet<>();
    names.forEach(name -> found.add(lookup.find(name).toCompletableFuture().join()));
    return List.copyOf(found);
  }

  /** What runs are about never changes: whoever may command them now may do so later. */
  private List<RunId> permitted(String project, List<RunId> named, Caller caller, Rights rights) {
    if (rights.allow(Permission.RUN)) {
      return named;
    }
    for (int from = 0; from < named.size(); from += AT_ONCE) {
      List<RunId> some = named.subList(from, Math.min(named.size(), from + AT_ONCE));
      List<CompletableFuture<Answer<RunHead, RunRejection>>> asked =
          some.stream().map(run -> runs.describe(project, run).toCompletableFuture()).toList();
      for (int i = 0; i < some.size(); i++) {
        RunHead head = RunErrors.accepted(project, some.get(i), asked.get(i).join());
        if (!rights.allow(Permission.RUN, head.header().objectNames())) {
          throw Denials.ofRun(caller, project, ResourceNames.ofRun(project, some.get(i)));
        }
      }
    }
    return named;
  }

  /** Those that the filter shows and the caller may command. */
  private List<RunId> shown(
      String project, RunFilter filter, List<Revision> atLeast, Rights rights) {
    Set<RunId> found = new LinkedHashSet<>();
    Optional<String> next = Optional.empty();
    do {
      Page<RunRow> page = page(project, filter, next, PAGE, atLeast);
      page.rows().stream()
          .filter(row -> rights.allow(Permission.RUN, RunObject.names(row.objects())))
          .forEach(row -> found.add(row.id()));
      next = page.next();
      if (found.size() > ItemList.MOST) {
        throw ApiErrors.invalidField(
            "filter",
            "shows more than %,d runs: narrow it, and begin several operations"
                .formatted(ItemList.MOST));
      }
    } while (next.isPresent());
    return List.copyOf(found);
  }

  private Page<RunRow> page(
      String project, RunFilter filter, Optional<String> after, int size, List<Revision> atLeast) {
    return views.runs(project, filter, after, size, atLeast).toCompletableFuture().join();
  }

  // What they would answer.

  private CommandRunsResponse preview(
      String project, RunVerb verb, List<RunId> items, Cause.Command cause) {
    CommandRunsResponse.Builder response = CommandRunsResponse.newBuilder();
    int[] counts = new int[ItemOutcome.values().length];
    for (int from = 0; from < items.size(); from += AT_ONCE) {
      List<CompletableFuture<ItemResult>> asked = new ArrayList<>();
      for (int index = from; index < Math.min(items.size(), from + AT_ONCE); index++) {
        asked.add(foreseen(project, verb, items.get(index), index, cause));
      }
      for (CompletableFuture<ItemResult> answer : asked) {
        ItemResult result = answer.join();
        counts[result.outcome().ordinal()]++;
        response.addItems(OperationMapper.toItem(project, items.get(result.index()), result));
      }
    }
    return response
        .setForeseen(
            ItemCounts.newBuilder()
                .setTotal(items.size())
                .setAccepted(counts[ItemOutcome.ACCEPTED.ordinal()])
                .setUnchanged(counts[ItemOutcome.UNCHANGED.ordinal()])
                .setRefused(counts[ItemOutcome.REFUSED.ordinal()])
                .setUnanswered(counts[ItemOutcome.UNANSWERED.ordinal()]))
        .build();
  }

  private CompletableFuture<ItemResult> foreseen(
      String project, RunVerb verb, RunId run, int index, Cause.Command cause) {
    return runs.command(project, run, verb, Optional.empty(), cause, OptionalLong.empty(), true)
        .thenApply(answer -> Refusals.result(index, answer))
        .exceptionally(
            _ ->
                new ItemResult(
                    index,
                    ItemOutcome.UNANSWERED,
                    "",
                    "UNAVAILABLE",
                    "the run did not answer in time: look again"))
        .toCompletableFuture();
  }

  private <T> CompletionStage<T> async(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, blocking);
  }
}
