package dev.pawl.bench.history;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The graph that runs of one version follow, read from the submitted file by the driver. Durations
 * are microseconds.
 *
 * @param hash as facts name it
 * @param entity {@code workflow|PROJECT/NAME} or {@code task|PROJECT/NAME}
 * @param profile OPS, OFFLINE, DISTRIBUTED or STREAM
 * @param timeout of a run
 * @param maxInFlight the most executions of one run that are released at once
 */
public record Definition(
    String hash,
    String entity,
    String profile,
    OptionalLong timeout,
    int maxInFlight,
    List<Task> tasks)
    implements Observation {

  public Definition {
    tasks = List.copyOf(tasks);
  }

  /**
   * One task.
   *
   * @param index its place, from 0
   * @param needs indexes of the tasks that must have succeeded before
   * @param timeout of one attempt, as it holds with the profile's default
   * @param grace between the polite signal and the kill
   * @param effect what its handler does to the outside ledger
   * @param undo what takes back what it did
   * @param cleanUp what follows an attempt that was stopped
   */
  public record Task(
      int index,
      String name,
      List<Integer> needs,
      String group,
      OptionalLong timeout,
      long grace,
      Retry retry,
      EffectKind effect,
      Optional<Extra> undo,
      Optional<Extra> cleanUp) {
    public Task {
      needs = List.copyOf(needs);
    }

    /** One that nothing takes back or cleans up after. */
    public Task(
        int index,
        String name,
        List<Integer> needs,
        String group,
        OptionalLong timeout,
        long grace,
        Retry retry,
        EffectKind effect) {
      this(
          index,
          name,
          needs,
          group,
          timeout,
          grace,
          retry,
          effect,
          Optional.empty(),
          Optional.empty());
    }

    /** The timeout of what is done under a lease. */
    public OptionalLong timeoutOf(String operation) {
      return extra(operation).map(Extra::timeout).orElse(timeout);
    }

    /** The grace of what is done under a lease. */
    public long graceOf(String operation) {
      return extra(operation).map(Extra::grace).orElse(grace);
    }

    private Optional<Extra> extra(String operation) {
      return switch (operation) {
        case "ROLLBACK" -> undo;
        case "CANCEL" -> cleanUp;
        default -> Optional.empty();
      };
    }
  }

  /**
   * What a task does besides its work.
   *
   * @param timeout as it holds with the profile's default
   * @param grace between the polite signal and the kill
   */
  public record Extra(OptionalLong timeout, long grace) {}

  /**
   * How often, and how long in between: initial, initial * factor ... up to most.
   *
   * @param maxAttempts the first one included
   * @param forgivenLosses attempts lost with their worker that do not count: 0 in OPS, 3 elsewhere
   * @param factor 1 when the wait is fixed
   */
  public record Retry(int maxAttempts, int forgivenLosses, long initial, double factor, long most) {

    /** The wait after the given failed attempt (1, 2 ...). */
    public long waitAfter(int attempt) {
      double wait = initial * Math.pow(factor, attempt - 1.0);
      return wait >= most ? most : (long) wait;
    }
  }

  /** What a task does to the outside ledger. */
  public enum EffectKind {
    /** Nothing. */
    NONE,
    /** Every attempt that succeeds has called the ledger under its fence. */
    ACTS,
    /** As {@link #ACTS}; the ledger applies one call for each key, whatever the attempt. */
    IDEMPOTENT
  }
}
