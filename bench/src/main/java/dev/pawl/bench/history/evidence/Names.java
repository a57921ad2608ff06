package dev.pawl.bench.history.evidence;

/** The parts of the names of entities. */
public final class Names {
  public static final String RUN = "run|";
  public static final String EXECUTION = "execution|";

  private Names() {}

  /**
   * {@code run}, {@code execution}, {@code workflow}, {@code task}; the whole when it has no bar.
   */
  public static String kind(String entity) {
    int bar = entity.indexOf('|');
    return bar < 0 ? entity : entity.substring(0, bar);
  }

  /** The part behind the bar. */
  public static String bare(String entity) {
    return entity.substring(entity.indexOf('|') + 1);
  }

  /** The run's id in {@code RUN/task/0}, or in a run's id. */
  public static String run(String execution) {
    int slash = execution.indexOf('/');
    return slash < 0 ? execution : execution.substring(0, slash);
  }

  /** The task's name in {@code RUN/task/0}; empty when it is no execution. */
  public static String task(String execution) {
    int first = execution.indexOf('/');
    int last = execution.lastIndexOf('/');
    return first < last ? execution.substring(first + 1, last) : "";
  }
}
