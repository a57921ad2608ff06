package dev.pawl.worker.log;

import com.google.protobuf.ByteString;
import dev.pawl.v1.LogLines;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the logs of all attempts of a worker to the server, over a stream of their own.
 *
 * <p>Chunks are sent in order, a bounded number at a time, again after every break and until they
 * are stored. All that is not noted otherwise is touched by one thread only.
 */
public final class LogPusher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogPusher.class);

  private static final int WORKER_WINDOW = 64;
  private static final int SECTION_WINDOW = 48;
  private static final Duration FLUSH_AFTER = Duration.ofMillis(50);

  private record Key(String execution, long fence) {}

  private final LogLimits limits;
  private final InstantSource clock;
  private final String workerId;
  private final Semaphore budget;
  private final ScheduledThreadPoolExecutor thread;

  private final Map<Key, AttemptLog> sections = new HashMap<>();
  private final ArrayDeque<AttemptLog> ready = new ArrayDeque<>();
  // One thread packs the logs of all attempts: what it saves by packing better it loses in time.
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final byte[] packed = new byte[80 << 10];
  private int inFlight;
  // After the server called a chunk malformed: one at a time, to find which.
  private boolean probing;
  private int failures;
  private @Nullable Channel channel;
  private @Nullable Stream stream;

  // Guarded by the lock object itself.
  private final Object idle = new Object();
  private int unfinished;

  /** A pusher for one worker; its thread starts with the first line. */
  public LogPusher(LogLimits limits, InstantSource clock, String workerId) {
    this.limits = limits;
    this.clock = clock;
    this.workerId = workerId;
    this.budget = new Semaphore(limits.workerBytes());
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("pawl-worker-logs").factory());
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** A log for one attempt; nothing is sent before its first line. */
  public AttemptLog open(PushLogsRequest template) {
    return new AttemptLog(this, template.toBuilder().setWorkerId(workerId).build());
  }

  /** A session is up: send over its channel. */
  public void connected(Channel connection) {
    onThread(
        () -> {
          breakStream();
          channel = connection;
          failures = 0;
          pump();
        });
  }

  /** The session broke: keep everything until there is another. */
  public void disconnected() {
    onThread(
        () -> {
          channel = null;
          breakStream();
        });
  }

  /** Waits until every line of ended attempts is stored; says whether that came to pass. */
  public boolean awaitStored(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    synchronized (idle) {
      while (unfinished > 0) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        idle.wait(left);
      }
      return true;
    }
  }

  @Override
  public void close() {
    onThread(
        () -> {
          channel = null;
          breakStream();
          deflater.end();
          thread.shutdownNow();
        });
  }

  LogLimits limits() {
    return limits;
  }

  InstantSource clock() {
    return clock;
  }

  Semaphore budget() {
    return budget;
  }

  void flushSoon(AttemptLog section) {
    try {
      thread.schedule(() -> guarded(section::flush), FLUSH_AFTER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("A line came after the worker was closed");
    }
  }

  void add(AttemptLog section, LogLines lines, PushLogsRequest.Builder request, int permits) {
    synchronized (idle) {
      unfinished++;
    }
    onThread(() -> take(section, lines, request, permits));
  }

  private void onThread(Runnable task) {
    try {
      thread.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      log.debug("Log lines came after the worker was closed");
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("Pushing logs failed; the chunks at hand are sent again", e);
      breakStream();
      reopenLater();
    }
  }

  private void take(
      AttemptLog section, LogLines lines, PushLogsRequest.Builder request, int permits) {
    if (section.isDiscarded()) {
      section.giveBack(permits);
      finished(1);
      return;
    }
    section.unsent.add(new Chunk(request.setLines(pack(lines)).build(), permits));
    section.lastQueued |= request.getLast();
    sections.putIfAbsent(new Key(section.execution(), section.fence()), section);
    enqueue(section);
    pump();
  }

  private ByteString pack(LogLines lines) {
    deflater.reset();
    deflater.setInput(lines.toByteArray());
    deflater.finish();
    ByteString.Output out = ByteString.newOutput(4 << 10);
    while (!deflater.finished()) {
      out.write(packed, 0, deflater.deflate(packed));
    }
    return out.toByteString();
  }

  private void enqueue(AttemptLog section) {
    if (!section.queued && maySend(section)) {
      section.queued = true;
      ready.add(section);
    }
  }

  private static boolean maySend(AttemptLog section) {
    Chunk next = section.unsent.peek();
    // An empty last chunk goes alone: only so is its acknowledgement known from that of another.
    return next != null
        && section.inFlight.size() < SECTION_WINDOW
        && !(next.isEmpty() && !section.inFlight.isEmpty());
  }

  private void pump() {
    if (channel == null) {
      return;
    }
    while (inFlight < (probing ? 1 : WORKER_WINDOW)) {
      AttemptLog section = ready.poll();
      if (section == null) {
        return;
      }
      section.queued = false;
      if (!maySend(section)) {
        continue;
      }
      if (stream == null) {
        stream = new Stream(channel);
      }
      Chunk chunk = section.unsent.remove();
      section.inFlight.add(chunk);
      inFlight++;
      stream.send(chunk.request());
      enqueue(section);
    }
  }

  private void stored(PushLogsResponse response) {
    failures = 0;
    probing = false;
    AttemptLog section = sections.get(new Key(response.getExecution(), response.getFence()));
    if (section == null) {
      return;
    }
    if (response.getClosed()) {
      drop(section);
    } else {
      for (Chunk chunk = section.inFlight.peek();
          chunk != null
              && (chunk.isEmpty() || chunk.lastSequence() <= response.getStoredSequence());
          chunk = section.inFlight.peek()) {
        section.inFlight.remove();
        inFlight--;
        section.giveBack(chunk.permits());
        finished(1);
      }
      if (section.lastQueued && section.inFlight.isEmpty() && section.unsent.isEmpty()) {
        sections.remove(new Key(section.execution(), section.fence()));
      }
      enqueue(section);
    }
    pump();
  }

  private void drop(AttemptLog section) {
    int chunks = section.inFlight.size() + section.unsent.size();
    inFlight -= section.inFlight.size();
    section.discard();
    sections.remove(new Key(section.execution(), section.fence()));
    finished(chunks);
  }

  private void finished(int chunks) {
    synchronized (idle) {
      unfinished -= chunks;
      if (unfinished == 0) {
        idle.notifyAll();
      }
    }
  }

  private void failed(Stream broken, Status status) {
    if (stream != broken) {
      return;
    }
    if (status.getCode() == Status.Code.INVALID_ARGUMENT) {
      if (probing) {
        sections.values().stream()
            .filter(section -> !section.inFlight.isEmpty())
            .findFirst()
            .ifPresent(this::giveUp);
      }
      probing = true;
    }
    if (channel != null && !status.isOk()) {
      log.debug("The log stream broke and is opened again: {}", status);
    }
    breakStream();
    reopenLater();
  }

  private void giveUp(AttemptLog section) {
    log.error(
        "The server calls a log chunk of {} (fence {}) malformed; the rest of this log is dropped",
        section.execution(),
        section.fence());
    drop(section);
  }

  private void breakStream() {
    Stream old = stream;
    stream = null;
    if (old != null) {
      old.cancel();
    }
    inFlight = 0;
    for (AttemptLog section : sections.values()) {
      while (!section.inFlight.isEmpty()) {
        section.unsent.addFirst(section.inFlight.removeLast());
      }
      enqueue(section);
    }
  }

  private void reopenLater() {
    if (channel == null) {
      return;
    }
    failures = Math.min(failures + 1, 6);
    long millis = Math.min(5_000, 100L << failures);
    try {
      thread.schedule(
          () -> onThread(this::pump),
          ThreadLocalRandom.current().nextLong(millis / 2, millis),
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("The worker was closed while its log stream was broken");
    }
  }

  /** One call of PushLogs. */
  private final class Stream implements StreamObserver<PushLogsResponse> {
    private final StreamObserver<PushLogsRequest> requests;

    Stream(Channel channel) {
      requests = WorkerServiceGrpc.newStub(channel).pushLogs(this);
    }

    void send(PushLogsRequest request) {
      requests.onNext(request);
    }

    void cancel() {
      try {
        requests.onError(Status.CANCELLED.withDescription("the worker reconnects").asException());
      } catch (IllegalStateException e) {
        log.trace("The log stream had ended already", e);
      }
    }

    @Override
    public void onNext(PushLogsResponse response) {
      onThread(
          () -> {
            if (stream == this) {
              stored(response);
            }
          });
    }

    @Override
    public void onError(Throwable error) {
      onThread(() -> failed(this, Status.fromThrowable(error)));
    }

    @Override
    public void onCompleted() {
      onThread(() -> failed(this, Status.OK));
    }
  }
}
