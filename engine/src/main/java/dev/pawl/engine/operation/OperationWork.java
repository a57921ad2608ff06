package dev.pawl.engine.operation;

import dev.pawl.engine.access.Permission;
import dev.pawl.engine.definition.RunVerb;
import java.util.List;

/** What an operation does. */
public sealed interface OperationWork {

  /** What its caller needs. */
  default Permission wanted() {
    return switch (this) {
      case Command _ -> Permission.RUN;
      case Export _ -> Permission.VIEW;
    };
  }

  /**
   * One command on each of a fixed list of runs.
   *
   * @param filter that chose the runs; empty when they were named
   * @param hash of the content that lists the runs (see {@link ItemList})
   * @param count of the runs
   */
  record Command(RunVerb verb, String filter, String hash, int count) implements OperationWork {}

  /**
   * A CSV file of all runs that a filter shows.
   *
   * @param columns by the names of {@link RunColumn}
   */
  record Export(String filter, List<String> columns) implements OperationWork {
    public Export {
      columns = List.copyOf(columns);
    }
  }
}
