package dev.pawl.api.object;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Caller;
import dev.pawl.api.call.CommandNote;
import dev.pawl.api.call.Commands;
import dev.pawl.api.call.Denials;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.Pages;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.object.DeletedObjects;
import dev.pawl.engine.object.DeletedObjects.Told;
import dev.pawl.engine.object.ObjectRejection;
import dev.pawl.v1.DeletedObject;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.ListDeletedObjectsRequest;
import dev.pawl.v1.ListDeletedObjectsResponse;
import dev.pawl.v1.MarkObjectDeletedRequest;
import dev.pawl.v1.MarkObjectDeletedResponse;
import dev.pawl.v1.ObjectServiceGrpc;
import dev.pawl.v1.UnmarkObjectDeletedRequest;
import dev.pawl.v1.UnmarkObjectDeletedResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Translates ObjectService calls, and nothing else. */
public final class ObjectGrpcService extends ObjectServiceGrpc.ObjectServiceImplBase {
  private static final int USUAL_PAGE = 50;
  private static final String DELETED = "DELETED";

  private final DeletedObjects deleted;
  private final PageTokens tokens;
  private final InstantSource clock;

  public ObjectGrpcService(DeletedObjects deleted, PageTokens tokens, InstantSource clock) {
    this.deleted = deleted;
    this.tokens = tokens;
    this.clock = clock;
  }

  /** What a command is about. */
  private record About(String project, ObjectName object, Cause.Command cause, CommandNote note) {
    static About of(
        Message request,
        String parent,
        dev.pawl.v1.ObjectName given,
        String requestId,
        String reason) {
      String project = ResourceNames.project("parent", parent);
      ObjectName object = ObjectNames.read("object", given.getKind(), given.getName());
      CommandNote note = CommandNote.current();
      note.about("projects/%s/objects/%s".formatted(project, object));
      return new About(
          project, object, Commands.cause(request, requestId, reason, Caller.current()), note);
    }

    /** What came of it; the audit hears when that was nothing new. */
    Told accepted(Answer<Told, ObjectRejection> answer, String state) {
      return switch (answer) {
        case Answer.Accepted<Told, ObjectRejection>(var told) -> {
          if (!told.changed()) {
            note.unchanged(state);
          }
          yield told;
        }
        case Answer.Refused<Told, ObjectRejection>(ObjectRejection.NotPermitted(var wanted)) ->
            throw Denials.byEntity("what is known of " + object, wanted);
        case Answer.Refused<Told, ObjectRejection>(ObjectRejection.RequestIdReused _) ->
            throw ApiErrors.of(
                ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
                "%s got this request id with another body before: use a new request id"
                    .formatted(object));
      };
    }
  }

  @Override
  public void markObjectDeleted(
      MarkObjectDeletedRequest request, StreamObserver<MarkObjectDeletedResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          About about =
              About.of(
                  request,
                  request.getParent(),
                  request.getObject(),
                  request.getRequestId(),
                  request.getReason());
          return deleted
              .mark(about.project(), about.object(), deleteTime(request), about.cause())
              .thenApply(answer -> about.accepted(answer, DELETED))
              .thenApply(
                  told -> {
                    MarkObjectDeletedResponse.Builder response =
                        MarkObjectDeletedResponse.newBuilder();
                    told.object().map(ObjectGrpcService::toProto).ifPresent(response::setObject);
                    return response.build();
                  });
        });
  }

  private Instant deleteTime(MarkObjectDeletedRequest request) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    if (!request.hasDeleteTime()) {
      return now;
    }
    Timestamp given = request.getDeleteTime();
    if (given.getSeconds() < 0
        || given.getSeconds() > now.getEpochSecond() + 1
        || given.getNanos() < 0
        || given.getNanos() > 999_999_999) {
      throw ApiErrors.invalidField(
          "deleteTime", "is no point in time from 1970 to now, which is " + now);
    }
    Instant at = Instant.ofEpochSecond(given.getSeconds(), given.getNanos());
    return (at.isAfter(now) ? now : at).truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public void unmarkObjectDeleted(
      UnmarkObjectDeletedRequest request, StreamObserver<UnmarkObjectDeletedResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          About about =
              About.of(
                  request,
                  request.getParent(),
                  request.getObject(),
                  request.getRequestId(),
                  request.getReason());
          return deleted
              .unmark(about.project(), about.object(), about.cause())
              .thenApply(answer -> about.accepted(answer, ""))
              .thenApply(_ -> UnmarkObjectDeletedResponse.getDefaultInstance());
        });
  }

  @Override
  public void listDeletedObjects(
      ListDeletedObjectsRequest request, StreamObserver<ListDeletedObjectsResponse> observer) {
    Unary.answer(observer, () -> list(request));
  }

  private CompletionStage<ListDeletedObjectsResponse> list(ListDeletedObjectsRequest request) {
    String project = ResourceNames.project("parent", request.getParent());
    int size = Pages.size(request.getPageSize(), USUAL_PAGE);
    Scope scope = Scope.of("deletedObjects", project);
    Optional<ObjectName> after =
        tokens.read(scope, request.getPageToken()).map(ObjectGrpcService::place);
    return deleted
        .list(project, after, size + 1)
        .thenApply(
            found -> {
              var shown = found.size() > size ? found.subList(0, size) : found;
              return ListDeletedObjectsResponse.newBuilder()
                  .addAllObjects(shown.stream().map(ObjectGrpcService::toProto).toList())
                  .setNextPageToken(
                      tokens.write(
                          scope,
                          found.size() > size
                              ? Optional.of(shown.getLast().object().toString())
                              : Optional.empty()))
                  .build();
            });
  }

  /** Kinds have no slash. */
  private static ObjectName place(String key) {
    List<String> parts = List.of(key.split("/", 2));
    return new ObjectName(parts.getFirst(), parts.getLast());
  }

  private static DeletedObject toProto(dev.pawl.engine.object.DeletedObject object) {
    return DeletedObject.newBuilder()
        .setObject(
            dev.pawl.v1.ObjectName.newBuilder()
                .setKind(object.object().kind())
                .setName(object.object().name()))
        .setDeleteTime(Timestamps.of(object.deletedAt()))
        .setPrincipal(object.principal())
        .setReason(object.reason())
        .build();
  }
}
