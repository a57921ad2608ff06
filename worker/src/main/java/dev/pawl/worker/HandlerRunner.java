package dev.pawl.worker;

import dev.pawl.worker.runner.DeclaredOutputs;
import dev.pawl.worker.runner.Result;
import dev.pawl.worker.runner.Runner;
import dev.pawl.worker.runner.Work;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the handler that a task names. */
final class HandlerRunner implements Runner {
  private static final Logger log = LoggerFactory.getLogger(HandlerRunner.class);

  private final Map<String, Handler> handlers;

  HandlerRunner(Map<String, Handler> handlers) {
    this.handlers = Map.copyOf(handlers);
  }

  @Override
  public Result run(Work work) {
    String name = work.action().getJava().getHandler();
    Handler handler = handlers.get(name);
    if (handler == null) {
      return Result.failedForGood(
          "HANDLER_UNKNOWN",
          "this worker has no handler \"%s\"; it has %s"
              .formatted(
                  name,
                  handlers.isEmpty()
                      ? "none"
                      : String.join(", ", new TreeSet<>(handlers.keySet()))));
    }
    Thread thread = Thread.currentThread();
    work.begun().run();
    work.stop().onKill(thread::interrupt);
    Assignment assignment = new Assignment(work);
    try {
      return DeclaredOutputs.check(
          handler.handle(assignment).toStruct(), work.spec().getOutputsList());
    } catch (WorkFailedException e) {
      return new Result.Undone(e.reason(), message(e), e.isPermanent());
    } catch (Throwable e) {
      // An Error too is the handler's: the worker and its other work go on.
      if (!work.stop().isStopping()) {
        log.debug("Handler {} failed on {}", name, work.name().name(), e);
        assignment.error("handler \"%s\" failed".formatted(name), e);
      }
      return Result.failed("HANDLER_FAILED", message(e));
    }
  }

  private static String message(Throwable error) {
    String kind = error.getClass().getName();
    if (error instanceof WorkFailedException && error.getMessage() != null) {
      return error.getMessage();
    }
    return error.getMessage() == null ? kind : kind + ": " + error.getMessage();
  }
}
