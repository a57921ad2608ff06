package dev.pawl.worker;

import com.google.protobuf.Value;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.Operation;
import dev.pawl.worker.json.Json;
import dev.pawl.worker.runner.Work;
import java.io.PrintWriter;
import java.io.StringWriter;

/** One piece of work in the hands of a {@link Handler}: its inputs, its log, its stop signal. */
public final class Assignment {
  private final Work work;
  private final Inputs inputs;
  private final Inputs outputs;

  Assignment(Work work) {
    this.work = work;
    this.inputs = new Inputs(work.inputs());
    this.outputs = new Inputs(work.outputs());
  }

  /**
   * The resource name of the execution: {@code projects/{p}/runs/{r}/taskRuns/{t}/executions/{i}}.
   */
  public String execution() {
    return work.name().name();
  }

  /** The id of the run. */
  public String run() {
    return work.name().run();
  }

  /** The name of the task. */
  public String task() {
    return work.task();
  }

  /** What the task hands over. */
  public Inputs inputs() {
    return inputs;
  }

  /** What the task gave when it succeeded, where this takes it back; empty otherwise. */
  public Inputs outputs() {
    return outputs;
  }

  /** 1 at first, one more after each failure. */
  public int attempt() {
    return work.attempt();
  }

  /** 0 at first, one more for each time that somebody had it done again. */
  public int round() {
    return work.lease().getRound();
  }

  /** Forward, again, or backward. */
  public Operation operation() {
    return work.operation();
  }

  /**
   * A number that every start of work on this execution raises. Whoever is changed by this work can
   * refuse a lower one than it has seen, and so keep out a worker that was thought dead.
   */
  public long fence() {
    return work.fence();
  }

  /** The same for each attempt of one round: what was done under it need not be done again. */
  public String idempotencyKey() {
    return execution() + "/" + operationGroup() + "/" + round();
  }

  /** Tells watchers how far the work is; it becomes a line of the log. */
  public void progress(long done, long total, String message) {
    work.log()
        .append(
            LogLevel.LOG_LEVEL_INFO,
            LogSource.LOG_SOURCE_PROGRESS,
            (done + "/" + total + " " + message).replace('\n', ' ').strip());
  }

  /**
   * Has the step and the run show a value, whatever comes of this attempt; the last one of a name
   * counts. It is declared nowhere and handed to no other step. Any thread may publish.
   *
   * <p>Further attempts and other steps may publish under the same name: lists are joined then,
   * objects merged field by field, and of anything else the last one stands.
   *
   * <p>All that an attempt publishes is at most 4 KiB; more than that fails it with
   * RESULT_TOO_LARGE, a value that is nested more than 24 deep with OUTPUT_INVALID; of an attempt
   * that failed anyway it is left out.
   */
  public void publish(String name, Value value) {
    work.publication().put(name, value);
  }

  /** As {@link #publish(String, Value)}. */
  public void publish(String name, String value) {
    publish(name, Value.newBuilder().setStringValue(value).build());
  }

  /** As {@link #publish(String, Value)}; at most 2^53. */
  public void publish(String name, long value) {
    if (Math.abs((double) value) > Json.MAX_EXACT) {
      throw new IllegalArgumentException(
          "a number that is published is at most 2^53, but \"%s\" is %d; publish it as a string"
              .formatted(name, value));
    }
    publish(name, (double) value);
  }

  /** As {@link #publish(String, Value)}. */
  public void publish(String name, double value) {
    publish(name, Value.newBuilder().setNumberValue(value).build());
  }

  /** As {@link #publish(String, Value)}. */
  public void publish(String name, boolean value) {
    publish(name, Value.newBuilder().setBoolValue(value).build());
  }

  /** Logs for people who look closely. */
  public void debug(String text) {
    log(LogLevel.LOG_LEVEL_DEBUG, text);
  }

  /** Logs. */
  public void info(String text) {
    log(LogLevel.LOG_LEVEL_INFO, text);
  }

  /** Logs something odd. */
  public void warn(String text) {
    log(LogLevel.LOG_LEVEL_WARN, text);
  }

  /** Logs something wrong. */
  public void error(String text) {
    log(LogLevel.LOG_LEVEL_ERROR, text);
  }

  /** Logs something wrong and where it comes from. */
  public void error(String text, Throwable cause) {
    StringWriter trace = new StringWriter();
    trace.append(text).append('\n');
    cause.printStackTrace(new PrintWriter(trace));
    log(LogLevel.LOG_LEVEL_ERROR, trace.toString());
  }

  /** Whether the work was told to stop. */
  public boolean isStopping() {
    return work.stop().isStopping();
  }

  /** Has {@code action} run, on another thread, when the work is told to stop. */
  public void onStop(Runnable action) {
    work.stop().onSignal(action);
  }

  private void log(LogLevel level, String text) {
    work.log().append(level, LogSource.LOG_SOURCE_HANDLER, text);
  }

  private String operationGroup() {
    return switch (operation()) {
      case OPERATION_ROLLBACK -> "rollback";
      case OPERATION_CANCEL -> "cancel";
      case OPERATION_EXECUTE,
          OPERATION_RETRY,
          OPERATION_PASS,
          OPERATION_UNSPECIFIED,
          UNRECOGNIZED ->
          "execute";
    };
  }
}
