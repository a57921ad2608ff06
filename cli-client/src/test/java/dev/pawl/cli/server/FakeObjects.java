package dev.pawl.cli.server;

import dev.pawl.v1.DeletedObject;
import dev.pawl.v1.ListDeletedObjectsRequest;
import dev.pawl.v1.ListDeletedObjectsResponse;
import dev.pawl.v1.MarkObjectDeletedRequest;
import dev.pawl.v1.MarkObjectDeletedResponse;
import dev.pawl.v1.ObjectServiceGrpc;
import dev.pawl.v1.UnmarkObjectDeletedRequest;
import dev.pawl.v1.UnmarkObjectDeletedResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Objects that a test has deleted. */
public final class FakeObjects extends ObjectServiceGrpc.ObjectServiceImplBase {
  public final List<DeletedObject> gone = new CopyOnWriteArrayList<>();
  public final List<MarkObjectDeletedRequest> marked = new CopyOnWriteArrayList<>();
  public final List<UnmarkObjectDeletedRequest> unmarked = new CopyOnWriteArrayList<>();

  @Override
  public void listDeletedObjects(
      ListDeletedObjectsRequest request, StreamObserver<ListDeletedObjectsResponse> observer) {
    Answers.answer(
        observer, () -> ListDeletedObjectsResponse.newBuilder().addAllObjects(gone).build());
  }

  @Override
  public void markObjectDeleted(
      MarkObjectDeletedRequest request, StreamObserver<MarkObjectDeletedResponse> observer) {
    marked.add(request);
    Answers.answer(
        observer,
        () ->
            MarkObjectDeletedResponse.newBuilder()
                .setObject(DeletedObject.newBuilder().setObject(request.getObject()))
                .build());
  }

  @Override
  public void unmarkObjectDeleted(
      UnmarkObjectDeletedRequest request, StreamObserver<UnmarkObjectDeletedResponse> observer) {
    unmarked.add(request);
    Answers.answer(observer, UnmarkObjectDeletedResponse::getDefaultInstance);
  }
}
