package dev.pawl.api.worker;

import com.google.protobuf.Timestamp;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Failures;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.run.RunWords;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.worker.Workers;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One worker's stream of log chunks: a bounded number is on the way to the store at once. */
final class LogPush implements StreamObserver<PushLogsRequest> {
  private static final int IN_FLIGHT = 64;
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int MOST_LINES = 100_000;
  private static final long EARLIEST = Instant.parse("2020-01-01T00:00:00Z").getEpochSecond();
  private static final long LATEST = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();

  private final Workers workers;
  private final Logs logs;
  private final ServerCallStreamObserver<PushLogsResponse> observer;
  private final OpenStreams streams;
  private final Object lock = new Object();
  private int inFlight;
  private boolean completed;
  private boolean over;

  LogPush(
      Workers workers,
      Logs logs,
      OpenStreams streams,
      ServerCallStreamObserver<PushLogsResponse> observer) {
    this.workers = workers;
    this.logs = logs;
    this.streams = streams;
    this.observer = observer;
    observer.disableAutoRequest();
    observer.setOnCancelHandler(this::gone);
    observer.request(IN_FLIGHT);
    streams.add(
        this,
        () ->
            fail(
                ApiErrors.unavailable(
                    ErrorReason.ERROR_REASON_NOT_SERVING,
                    "the server is leaving: connect again and send what was not acknowledged")));
  }

  @Override
  public void onNext(PushLogsRequest request) {
    synchronized (lock) {
      if (over) {
        return;
      }
      inFlight++;
    }
    try {
      WorkerRules.Named execution = WorkerRules.execution("execution", request.getExecution());
      LogChunk chunk = chunk(execution, request);
      if (!workers.validToken(request.getToken(), execution.id(), request.getFence())) {
        // A lease that nobody gave: its lines have no place, and asking again changes nothing.
        done(request, new Logs.Stored(0, true), null);
        return;
      }
      logs.append(chunk).whenComplete((stored, failure) -> done(request, stored, failure));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void done(
      PushLogsRequest request, Logs.@Nullable Stored stored, @Nullable Throwable failure) {
    if (failure != null || stored == null) {
      fail(failure == null ? new IllegalStateException("no answer to a chunk") : reason(failure));
      return;
    }
    boolean last;
    synchronized (lock) {
      if (over) {
        return;
      }
      inFlight--;
      observer.onNext(
          PushLogsResponse.newBuilder()
              .setExecution(request.getExecution())
              .setFence(request.getFence())
              .setStoredSequence(stored.storedSequence())
              .setClosed(stored.closed())
              .build());
      last = completed && inFlight == 0;
      if (last) {
        over = true;
        observer.onCompleted();
      }
    }
    if (last) {
      streams.remove(this);
    } else {
      observer.request(1);
    }
  }

  /** What can never be stored is called malformed: the worker finds it and drops its log alone. */
  private static Throwable reason(Throwable failure) {
    return Failures.unwrap(failure) instanceof IllegalArgumentException malformed
        ? ApiErrors.invalidField("chunk", String.valueOf(malformed.getMessage()))
        : failure;
  }

  private static LogChunk chunk(WorkerRules.Named execution, PushLogsRequest request) {
    if (request.getFence() < 1) {
      throw ApiErrors.invalidField("fence", "is %d; at least 1".formatted(request.getFence()));
    }
    if (request.getFirstSequence() < 1) {
      throw ApiErrors.invalidField(
          "firstSequence", "is %d; lines begin at 1".formatted(request.getFirstSequence()));
    }
    int least = request.getLast() || request.getTruncated() ? 0 : 1;
    if (request.getLineCount() < least || request.getLineCount() > MOST_LINES) {
      throw ApiErrors.invalidField(
          "lineCount",
          "is %d; must be %d to %,d".formatted(request.getLineCount(), least, MOST_LINES));
    }
    if (request.getLines().size() > CHUNK_BYTES) {
      throw ApiErrors.invalidField(
          "lines", "has %,d bytes; at most %,d".formatted(request.getLines().size(), CHUNK_BYTES));
    }
    if (request.getLineCount() > 0 && request.getLines().isEmpty()) {
      throw ApiErrors.invalidField("lines", "is empty, but lineCount is not 0");
    }
    if (request.getAttempt() < 0 || request.getRound() < 0) {
      throw ApiErrors.invalidField("attempt", "and round must not be negative");
    }
    Timestamp start = request.getStartTime();
    if (start.getSeconds() < EARLIEST
        || start.getSeconds() > LATEST
        || start.getNanos() < 0
        || start.getNanos() > 999_999_999) {
      throw ApiErrors.invalidField("startTime", "is not the lease's start_time");
    }
    ExecutionEvent.Operation operation =
        RunWords.toEngine(request.getOperation())
            .orElseThrow(() -> ApiErrors.invalidField("operation", "is not the lease's operation"));
    return new LogChunk(
        new LogKey(execution.id(), request.getFence()),
        Instant.ofEpochSecond(start.getSeconds(), start.getNanos()),
        request.getRound(),
        request.getAttempt(),
        operation,
        WorkerRules.cut(request.getWorkerId(), 63),
        request.getFirstSequence(),
        request.getLineCount(),
        request.getLines(),
        request.getLast(),
        request.getTruncated());
  }

  private void fail(Throwable failure) {
    synchronized (lock) {
      if (over) {
        return;
      }
      over = true;
      observer.onError(Failures.of(failure));
    }
    streams.remove(this);
  }

  private void gone() {
    synchronized (lock) {
      over = true;
    }
    streams.remove(this);
  }

  @Override
  public void onError(Throwable failure) {
    gone();
  }

  @Override
  public void onCompleted() {
    synchronized (lock) {
      completed = true;
      if (over || inFlight > 0) {
        return;
      }
      over = true;
      observer.onCompleted();
    }
    streams.remove(this);
  }
}
