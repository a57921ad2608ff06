package dev.pawl.api.lock;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Caller;
import dev.pawl.api.call.CommandRequest;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.Pages;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.run.RunLookup;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.Locks;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.view.LockFilter;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.GetLockRequest;
import dev.pawl.v1.GetLockResponse;
import dev.pawl.v1.ListLocksRequest;
import dev.pawl.v1.ListLocksResponse;
import dev.pawl.v1.LockServiceGrpc;
import dev.pawl.v1.ReleaseLockRequest;
import dev.pawl.v1.ReleaseLockResponse;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Translates LockService calls, and nothing else. */
public final class LockGrpcService extends LockServiceGrpc.LockServiceImplBase {
  private static final int USUAL_PAGE = 50;
  private static final int KEY_CHARS = 256;

  private final Locks locks;
  private final Views views;
  private final RunLookup lookup;
  private final PageTokens tokens;

  public LockGrpcService(Locks locks, Views views, RunLookup lookup, PageTokens tokens) {
    this.locks = locks;
    this.views = views;
    this.lookup = lookup;
    this.tokens = tokens;
  }

  @Override
  public void listLocks(ListLocksRequest request, StreamObserver<ListLocksResponse> observer) {
    Unary.answer(observer, () -> list(request));
  }

  private CompletionStage<ListLocksResponse> list(ListLocksRequest request) {
    String project = ResourceNames.project("parent", request.getParent());
    Optional<String> scope =
        request.getScope().isEmpty()
            ? Optional.empty()
            : Optional.of(ResourceNames.name("scope", request.getScope()));
    Optional<String> key = request.hasKey() ? Optional.of(key(request.getKey())) : Optional.empty();
    int size = Pages.size(request.getPageSize(), USUAL_PAGE);
    return holder(project, request.getHolder())
        .thenCompose(
            holder -> {
              LockFilter filter = new LockFilter(scope, key, holder);
              Scope page = Scope.of("locks", project, filter.toString());
              return views
                  .locks(
                      project,
                      filter,
                      tokens.read(page, request.getPageToken()),
                      size,
                      Pages.revisions(request.getAtLeastList()))
                  .thenApply(
                      found -> {
                        ListLocksResponse.Builder response =
                            ListLocksResponse.newBuilder()
                                .setNextPageToken(tokens.write(page, found.next()))
                                .setTotalSize(found.total())
                                .setAsOf(Timestamps.of(found.asOf()));
                        found.rows().forEach(row -> response.addLocks(LockMapper.toLock(row)));
                        return response.build();
                      });
            });
  }

  private CompletionStage<Optional<RunId>> holder(String project, String given) {
    if (given.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    RunName name = ResourceNames.run("holder", given);
    if (!name.project().equals(project)) {
      throw ApiErrors.invalidField(
          "holder", "is of project %s; parent names project %s".formatted(name.project(), project));
    }
    return lookup.find(name).thenApply(Optional::of);
  }

  @Override
  public void getLock(GetLockRequest request, StreamObserver<GetLockResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          LockId scope = ResourceNames.locks("name", request.getName());
          return locks
              .describe(scope.project(), lock(scope, request.hasKey(), request.getKey()))
              .thenApply(answer -> LockErrors.accepted(scope.project(), answer))
              .thenApply(
                  view ->
                      GetLockResponse.newBuilder()
                          .setLock(LockMapper.toLock(scope.project(), view))
                          .build());
        });
  }

  @Override
  public void releaseLock(
      ReleaseLockRequest request, StreamObserver<ReleaseLockResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          CommandRequest command = CommandRequest.of(request, Caller.current());
          LockId scope = ResourceNames.locks("name", command.name());
          if (request.getReason().isBlank() && !command.dryRun()) {
            throw ApiErrors.invalidField(
                "reason", "is missing: say why the lock is taken from the run that holds it");
          }
          return locks
              .force(
                  scope.project(),
                  lock(scope, request.hasKey(), request.getKey()),
                  command.cause(),
                  command.expected(),
                  command.dryRun())
              .thenApply(answer -> LockErrors.accepted(scope.project(), answer))
              .thenApply(
                  view ->
                      ReleaseLockResponse.newBuilder()
                          .setLock(LockMapper.toLock(scope.project(), view))
                          .build());
        });
  }

  private static LockName lock(LockId scope, boolean hasKey, String key) {
    return hasKey ? LockName.of(scope.scope(), key(key)) : LockName.global(scope.scope());
  }

  private static String key(String given) {
    int length = given.codePointCount(0, given.length());
    if (given.isBlank() || length > KEY_CHARS || given.chars().anyMatch(Character::isISOControl)) {
      throw ApiErrors.invalidField(
          "key",
          "must be 1 to %d characters of plain text, has %,d; leave it out for the global lock"
              .formatted(KEY_CHARS, length));
    }
    return given;
  }
}
