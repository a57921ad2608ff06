package dev.pawl.api.operation;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Caller;
import dev.pawl.api.call.CommandNote;
import dev.pawl.api.call.Commands;
import dev.pawl.api.call.Denials;
import dev.pawl.api.call.LongPolls;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.call.Reader;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.OperationName;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.Pages;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.operation.ItemList;
import dev.pawl.engine.operation.ItemResult;
import dev.pawl.engine.operation.OperationFile;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.operation.OperationRejection;
import dev.pawl.engine.operation.OperationStatus;
import dev.pawl.engine.operation.OperationWork;
import dev.pawl.engine.operation.Operations;
import dev.pawl.engine.operation.Operations.ItemPage;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.view.OperationFilter;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.CancelOperationRequest;
import dev.pawl.v1.CancelOperationResponse;
import dev.pawl.v1.CommandRunsRequest;
import dev.pawl.v1.CommandRunsResponse;
import dev.pawl.v1.DownloadOperationFileRequest;
import dev.pawl.v1.DownloadOperationFileResponse;
import dev.pawl.v1.ExportRunsRequest;
import dev.pawl.v1.ExportRunsResponse;
import dev.pawl.v1.GetOperationRequest;
import dev.pawl.v1.GetOperationResponse;
import dev.pawl.v1.ListOperationItemsRequest;
import dev.pawl.v1.ListOperationItemsResponse;
import dev.pawl.v1.ListOperationsRequest;
import dev.pawl.v1.ListOperationsResponse;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.OperationState;
import dev.pawl.v1.WaitOperationRequest;
import dev.pawl.v1.WaitOperationResponse;
import dev.pawl.v1.WatchOperationRequest;
import dev.pawl.v1.WatchOperationResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Translates OperationService calls into commands on operations, and nothing else. */
final class OperationGrpcService extends OperationServiceGrpc.OperationServiceImplBase {
  private static final int USUAL_PAGE = 50;
  private static final int USUAL_ITEMS = 100;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(20);

  private final Operations operations;
  private final Views views;
  private final ContentStore contents;
  private final OperationLookup lookup;
  private final BulkCommands bulk;
  private final PageTokens tokens;
  private final OpenStreams streams;
  private final Duration patience;
  private final InstantSource clock;

  OperationGrpcService(
      Operations operations,
      Views views,
      ContentStore contents,
      OperationLookup lookup,
      BulkCommands bulk,
      PageTokens tokens,
      OpenStreams streams,
      Duration patience,
      InstantSource clock) {
    this.operations = operations;
    this.views = views;
    this.contents = contents;
    this.lookup = lookup;
    this.bulk = bulk;
    this.tokens = tokens;
    this.streams = streams;
    this.patience = patience;
    this.clock = clock;
  }

  @Override
  public void commandRuns(
      CommandRunsRequest request, StreamObserver<CommandRunsResponse> observer) {
    Unary.answer(observer, () -> bulk.command(request, Caller.current()));
  }

  @Override
  public void exportRuns(ExportRunsRequest request, StreamObserver<ExportRunsResponse> observer) {
    Unary.answer(observer, () -> bulk.export(request, Caller.current()));
  }

  @Override
  public void getOperation(
      GetOperationRequest request, StreamObserver<GetOperationResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          OperationName name = ResourceNames.operation("name", request.getName());
          return answered(name, Seer.of(request), id -> operations.describe(name.project(), id))
              .thenApply(shown -> GetOperationResponse.newBuilder().setOperation(shown).build());
        });
  }

  /** The operation that is asked for, as it answers. */
  private CompletionStage<BulkOperation> answered(
      OperationName name,
      Seer seer,
      Function<OperationId, CompletionStage<Answer<OperationHead, OperationRejection>>> question) {
    return lookup
        .find(name)
        .thenCompose(
            id ->
                question
                    .apply(id)
                    .thenApply(
                        answer ->
                            OperationMapper.toProto(
                                id,
                                seer.see(OperationErrors.accepted(name.project(), id, answer)))));
  }

  /**
   * Who asks for an operation. Those whose grants are limited to objects see what they began: it is
   * about runs that they may command.
   */
  private record Seer(Caller caller, Rights rights) {
    static Seer of(Message request) {
      Caller caller = Caller.current();
      return new Seer(caller, caller.rights(request));
    }

    boolean seesAll() {
      return rights.allow(Permission.VIEW);
    }

    OperationHead see(OperationHead head) {
      if (!seesAll() && !head.origin().principal().equals(caller.principal())) {
        throw Denials.ofOperation(caller, head.project());
      }
      return head;
    }
  }

  @Override
  public void listOperations(
      ListOperationsRequest request, StreamObserver<ListOperationsResponse> observer) {
    Unary.answer(observer, () -> list(request));
  }

  private CompletionStage<ListOperationsResponse> list(ListOperationsRequest request) {
    String project = ResourceNames.project("parent", request.getParent());
    Set<OperationStatus> statuses = EnumSet.noneOf(OperationStatus.class);
    for (OperationState state : request.getStatesList()) {
      statuses.add(
          OperationMapper.toEngine(state)
              .orElseThrow(
                  () ->
                      ApiErrors.invalidField(
                          "states",
                          "holds one that is none of INIT, RUNNING, SUCCESS, FAIL, PART_SUCCESS")));
    }
    Seer seer = Seer.of(request);
    String own = seer.caller().principal();
    if (!seer.seesAll() && !Set.of("", own).contains(request.getInitiator())) {
      throw Denials.ofOperation(seer.caller(), project);
    }
    OperationFilter filter =
        new OperationFilter(statuses, seer.seesAll() ? request.getInitiator() : own);
    Scope scope = Scope.of("operations", project, statuses.toString(), request.getInitiator());
    return views
        .operations(
            project,
            filter,
            tokens.read(scope, request.getPageToken()),
            Pages.size(request.getPageSize(), USUAL_PAGE),
            Pages.revisions(request.getAtLeastList()))
        .thenApply(
            page -> {
              ListOperationsResponse.Builder response =
                  ListOperationsResponse.newBuilder()
                      .setNextPageToken(tokens.write(scope, page.next()))
                      .setTotalSize(page.total())
                      .setAsOf(Timestamps.of(page.asOf()));
              page.rows()
                  .forEach(
                      row -> response.addOperations(OperationMapper.toProto(row.id(), row.head())));
              return response.build();
            });
  }

  @Override
  public void listOperationItems(
      ListOperationItemsRequest request, StreamObserver<ListOperationItemsResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          OperationName name = ResourceNames.operation("parent", request.getParent());
          int size =
              Math.min(Pages.size(request.getPageSize(), USUAL_ITEMS), Operations.LARGEST_PAGE);
          Seer seer = Seer.of(request);
          return lookup
              .find(name)
              .thenCompose(id -> items(name.project(), id, seer, request.getPageToken(), size));
        });
  }

  private CompletionStage<ListOperationItemsResponse> items(
      String project, OperationId id, Seer seer, String token, int size) {
    Scope scope = Scope.of("operationItems", project, id.value());
    int from = tokens.read(scope, token).map(Integer::parseInt).orElse(0);
    return operations
        .items(project, id, from, size)
        .thenApply(answer -> OperationErrors.accepted(project, id, answer))
        .thenCompose(
            page ->
                listed(seer.see(page.head()))
                    .thenApply(
                        runs -> {
                          ListOperationItemsResponse.Builder response =
                              ListOperationItemsResponse.newBuilder()
                                  .setTotalSize(page.head().counts().total())
                                  .setNextPageToken(tokens.write(scope, next(page.next())));
                          fill(response, page, runs);
                          return response.build();
                        }));
  }

  private static Optional<String> next(OptionalInt index) {
    return index.isPresent() ? Optional.of(Integer.toString(index.getAsInt())) : Optional.empty();
  }

  private CompletionStage<List<RunId>> listed(OperationHead head) {
    return switch (head.work()) {
      case OperationWork.Command command -> contents.get(command.hash()).thenApply(ItemList::read);
      case OperationWork.Export _ -> CompletableFuture.completedFuture(List.of());
    };
  }

  private static void fill(
      ListOperationItemsResponse.Builder response, ItemPage page, List<RunId> runs) {
    Map<Integer, ItemResult> results = new HashMap<>();
    page.results().forEach(result -> results.put(result.index(), result));
    int to = page.next().orElse(page.head().counts().total());
    for (int index = page.from(); index < to; index++) {
      ItemResult result = results.get(index);
      RunId run = runs.get(index);
      response.addItems(
          result == null
              ? OperationMapper.toItem(page.head(), run, index)
              : OperationMapper.toItem(page.head().project(), run, result));
    }
  }

  @Override
  public void waitOperation(
      WaitOperationRequest request, StreamObserver<WaitOperationResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          OperationName name = ResourceNames.operation("name", request.getName());
          Duration atMost = LongPolls.atMost(request.hasTimeout(), request.getTimeout());
          return LongPolls.unlessLeaving(
              streams,
              answered(
                      name,
                      Seer.of(request),
                      id -> operations.await(name.project(), id, Long.MAX_VALUE, atMost))
                  .thenApply(
                      shown -> WaitOperationResponse.newBuilder().setOperation(shown).build()));
        });
  }

  @Override
  public void watchOperation(
      WatchOperationRequest request, StreamObserver<WatchOperationResponse> observer) {
    Seer seer = Seer.of(request);
    Reader.serve(
        "pawl-watch-operation",
        (ServerCallStreamObserver<WatchOperationResponse>) observer,
        streams,
        patience,
        reader -> watch(ResourceNames.operation("name", request.getName()), seer, reader));
  }

  private void watch(OperationName name, Seer seer, Reader<WatchOperationResponse> reader)
      throws Exception {
    OperationId id = reader.get(lookup.find(name));
    long known = 0;
    OperationStatus status = OperationStatus.INIT;
    while (!status.ended()) {
      OperationHead head =
          seer.see(
              OperationErrors.accepted(
                  name.project(),
                  id,
                  reader.get(operations.await(name.project(), id, known, LOOK_AGAIN))));
      if (head.sequence() > known) {
        reader.send(
            WatchOperationResponse.newBuilder()
                .setOperation(OperationMapper.toProto(id, head))
                .build(),
            "");
      }
      known = head.sequence();
      status = head.status();
    }
  }

  @Override
  public void cancelOperation(
      CancelOperationRequest request, StreamObserver<CancelOperationResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          OperationName name = ResourceNames.operation("name", request.getName());
          Cause.Command cause =
              Commands.cause(
                  request, request.getRequestId(), request.getReason(), Caller.current());
          Seer seer = Seer.of(request);
          CommandNote note = CommandNote.current();
          return lookup
              .find(name)
              .thenCompose(
                  id -> {
                    note.about(ResourceNames.ofOperation(name.project(), id));
                    return operations
                        .cancel(name.project(), id, cause)
                        .thenApply(answer -> OperationErrors.accepted(name.project(), id, answer))
                        .thenApply(
                            told ->
                                CancelOperationResponse.newBuilder()
                                    .setOperation(
                                        OperationMapper.toProto(id, seer.see(noted(note, told))))
                                    .build());
                  });
        });
  }

  private static OperationHead noted(CommandNote note, Operations.Told told) {
    if (!told.changed()) {
      note.unchanged(told.head().status().name());
    }
    return told.head();
  }

  @Override
  public void downloadOperationFile(
      DownloadOperationFileRequest request,
      StreamObserver<DownloadOperationFileResponse> observer) {
    Reader.serve(
        "pawl-download-operation",
        (ServerCallStreamObserver<DownloadOperationFileResponse>) observer,
        streams,
        patience,
        reader -> download(ResourceNames.operation("name", request.getName()), reader));
  }

  private void download(OperationName name, Reader<DownloadOperationFileResponse> reader)
      throws Exception {
    OperationId id = reader.get(lookup.find(name));
    OperationHead head =
        OperationErrors.accepted(
            name.project(), id, reader.get(operations.describe(name.project(), id)));
    OperationFile file =
        head.file()
            .orElseThrow(
                () ->
                    OperationErrors.noFile(
                        name.project(),
                        id,
                        head,
                        head.status().ended()
                            ? "the operation has made no file"
                            : "the file is not there yet: wait for the end of the operation"));
    for (int chunk = 0; chunk < file.chunks(); chunk++) {
      Optional<byte[]> bytes =
          clock.instant().isAfter(file.expiresAt())
              ? Optional.empty()
              : reader.get(operations.chunk(id, file, chunk));
      DownloadOperationFileResponse.Builder message =
          DownloadOperationFileResponse.newBuilder()
              .setChunk(
                  ByteString.copyFrom(
                      bytes.orElseThrow(
                          () ->
                              OperationErrors.noFile(
                                  name.project(),
                                  id,
                                  head,
                                  "the file is no longer kept: export once more"))));
      if (chunk == 0) {
        message.setFile(OperationMapper.toProto(file));
      }
      reader.send(message.build(), "");
    }
  }
}
