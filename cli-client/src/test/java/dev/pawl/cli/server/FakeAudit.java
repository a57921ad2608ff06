package dev.pawl.cli.server;

import dev.pawl.v1.AuditRecord;
import dev.pawl.v1.AuditServiceGrpc;
import dev.pawl.v1.ListAuditRecordsRequest;
import dev.pawl.v1.ListAuditRecordsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An audit as a test wants it; it remembers what it was asked. */
public final class FakeAudit extends AuditServiceGrpc.AuditServiceImplBase {
  public final List<AuditRecord> records = new CopyOnWriteArrayList<>();
  public final List<ListAuditRecordsRequest> asked = new CopyOnWriteArrayList<>();

  @Override
  public void listAuditRecords(
      ListAuditRecordsRequest request, StreamObserver<ListAuditRecordsResponse> observer) {
    asked.add(request);
    Answers.answer(
        observer,
        () ->
            ListAuditRecordsResponse.newBuilder()
                .addAllRecords(records)
                .setTotalSize(records.size())
                .build());
  }
}
