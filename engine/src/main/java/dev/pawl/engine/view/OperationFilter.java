package dev.pawl.engine.view;

import dev.pawl.engine.operation.OperationStatus;
import java.util.Set;

/**
 * Which operations a list shows: all conditions hold together, an empty one holds always.
 *
 * @param initiator who asked for them; anybody when empty
 */
public record OperationFilter(Set<OperationStatus> statuses, String initiator) {
  public OperationFilter {
    statuses = Set.copyOf(statuses);
  }
}
