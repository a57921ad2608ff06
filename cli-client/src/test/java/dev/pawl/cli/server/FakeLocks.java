package dev.pawl.cli.server;

import dev.pawl.v1.GetLockRequest;
import dev.pawl.v1.GetLockResponse;
import dev.pawl.v1.ListLocksRequest;
import dev.pawl.v1.ListLocksResponse;
import dev.pawl.v1.Lock;
import dev.pawl.v1.LockServiceGrpc;
import dev.pawl.v1.ReleaseLockRequest;
import dev.pawl.v1.ReleaseLockResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Locks that a test has held. */
public final class FakeLocks extends LockServiceGrpc.LockServiceImplBase {
  public final List<Lock> held = new CopyOnWriteArrayList<>();
  public final List<ListLocksRequest> listed = new CopyOnWriteArrayList<>();
  public final List<GetLockRequest> read = new CopyOnWriteArrayList<>();
  public final List<ReleaseLockRequest> released = new CopyOnWriteArrayList<>();

  @Override
  public void listLocks(ListLocksRequest request, StreamObserver<ListLocksResponse> observer) {
    listed.add(request);
    Answers.answer(
        observer,
        () -> ListLocksResponse.newBuilder().addAllLocks(held).setTotalSize(held.size()).build());
  }

  @Override
  public void getLock(GetLockRequest request, StreamObserver<GetLockResponse> observer) {
    read.add(request);
    Answers.answer(observer, () -> GetLockResponse.newBuilder().setLock(held.getFirst()).build());
  }

  @Override
  public void releaseLock(
      ReleaseLockRequest request, StreamObserver<ReleaseLockResponse> observer) {
    released.add(request);
    Answers.answer(
        observer, () -> ReleaseLockResponse.newBuilder().setLock(held.getFirst()).build());
  }
}
