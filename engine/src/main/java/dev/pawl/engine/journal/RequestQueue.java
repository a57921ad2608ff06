package dev.pawl.engine.journal;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for the database, with the threads that see to it, each taking as much at once as it
 * wants. No failure ends a thread, and after the end nothing waits unanswered.
 *
 * @param <R> the requests
 */
final class RequestQueue<R extends RequestQueue.Request> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RequestQueue.class);

  /** Something that waits for an answer. */
  interface Request {
    void failed(Throwable cause);
  }

  private final BlockingQueue<R> waiting = new LinkedBlockingQueue<>();
  private final List<Thread> threads;
  private volatile boolean closed;

  /**
   * A queue whose threads do not run yet.
   *
   * @param work sees to a request, and to further ones that it polls
   */
  RequestQueue(String name, int threads, Consumer<R> work) {
    this.threads =
        IntStream.rangeClosed(1, threads)
            .mapToObj(i -> Thread.ofPlatform().name(name + "-" + i).unstarted(() -> run(work)))
            .toList();
  }

  void start() {
    threads.forEach(Thread::start);
  }

  void add(R request) {
    waiting.add(request);
    if (closed) {
      // Nobody may be there to see it.
      failAll(closing());
    }
  }

  /** The next one, if there is any. */
  @Nullable R poll() {
    return waiting.poll();
  }

  void failAll(Throwable cause) {
    for (R request = waiting.poll(); request != null; request = waiting.poll()) {
      request.failed(cause);
    }
  }

  /** Ends once what is under way is done; what waits fails. */
  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    failAll(closing());
  }

  private static SQLException closing() {
    return new SQLTransientConnectionException("the node is closing");
  }

  private void run(Consumer<R> work) {
    while (!closed) {
      try {
        work.accept(waiting.take());
      } catch (InterruptedException e) {
        log.debug("told to look whether the journal is closed", e);
      } catch (RuntimeException | Error e) {
        log.error("the journal failed in an unforeseen way", e);
      }
    }
  }
}
