package dev.pawl.cli.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
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
import dev.pawl.v1.ItemCounts;
import dev.pawl.v1.ListOperationItemsRequest;
import dev.pawl.v1.ListOperationItemsResponse;
import dev.pawl.v1.ListOperationsRequest;
import dev.pawl.v1.ListOperationsResponse;
import dev.pawl.v1.OperationItem;
import dev.pawl.v1.OperationServiceGrpc;
import dev.pawl.v1.WaitOperationRequest;
import dev.pawl.v1.WaitOperationResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Operations that a test put there: the first is what every command begins. */
public final class FakeOperations extends OperationServiceGrpc.OperationServiceImplBase {
  public final List<BulkOperation> operations = new CopyOnWriteArrayList<>();
  public final List<OperationItem> items = new CopyOnWriteArrayList<>();
  public final List<Message> asked = new CopyOnWriteArrayList<>();
  public volatile ItemCounts foreseen = ItemCounts.getDefaultInstance();
  public volatile String file = "";

  private BulkOperation find(String name) {
    return operations.stream()
        .filter(operation -> operation.getName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Answers.refusal(
                    Status.Code.NOT_FOUND, "OPERATION_NOT_FOUND", "There is no such operation."));
  }

  @Override
  public void commandRuns(
      CommandRunsRequest request, StreamObserver<CommandRunsResponse> observer) {
    asked.add(request);
    Answers.answer(
        observer,
        () ->
            request.getDryRun()
                ? CommandRunsResponse.newBuilder().addAllItems(items).setForeseen(foreseen).build()
                : CommandRunsResponse.newBuilder().setOperation(operations.getFirst()).build());
  }

  @Override
  public void exportRuns(ExportRunsRequest request, StreamObserver<ExportRunsResponse> observer) {
    asked.add(request);
    Answers.answer(
        observer,
        () -> ExportRunsResponse.newBuilder().setOperation(operations.getFirst()).build());
  }

  @Override
  public void getOperation(
      GetOperationRequest request, StreamObserver<GetOperationResponse> observer) {
    Answers.answer(
        observer,
        () -> GetOperationResponse.newBuilder().setOperation(find(request.getName())).build());
  }

  @Override
  public void listOperations(
      ListOperationsRequest request, StreamObserver<ListOperationsResponse> observer) {
    asked.add(request);
    Answers.answer(
        observer, () -> ListOperationsResponse.newBuilder().addAllOperations(operations).build());
  }

  @Override
  public void listOperationItems(
      ListOperationItemsRequest request, StreamObserver<ListOperationItemsResponse> observer) {
    Answers.answer(
        observer,
        () -> {
          find(request.getParent());
          return ListOperationItemsResponse.newBuilder().addAllItems(items).build();
        });
  }

  @Override
  public void waitOperation(
      WaitOperationRequest request, StreamObserver<WaitOperationResponse> observer) {
    Answers.answer(
        observer,
        () -> WaitOperationResponse.newBuilder().setOperation(find(request.getName())).build());
  }

  @Override
  public void cancelOperation(
      CancelOperationRequest request, StreamObserver<CancelOperationResponse> observer) {
    asked.add(request);
    Answers.answer(
        observer,
        () -> CancelOperationResponse.newBuilder().setOperation(find(request.getName())).build());
  }

  @Override
  public void downloadOperationFile(
      DownloadOperationFileRequest request,
      StreamObserver<DownloadOperationFileResponse> observer) {
    BulkOperation operation = find(request.getName());
    int half = file.length() / 2;
    observer.onNext(
        DownloadOperationFileResponse.newBuilder()
            .setFile(operation.getFile())
            .setChunk(ByteString.copyFromUtf8(file.substring(0, half)))
            .build());
    observer.onNext(
        DownloadOperationFileResponse.newBuilder()
            .setChunk(ByteString.copyFromUtf8(file.substring(half)))
            .build());
    observer.onCompleted();
  }
}
