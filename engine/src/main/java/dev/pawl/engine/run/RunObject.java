package dev.pawl.engine.run;

import dev.pawl.engine.access.ObjectName;
import java.util.List;

/**
 * What a run is about, as it was called when the run began.
 *
 * @param kind cluster, tenant, host or any other name
 * @param id what another system knows it by; may be empty
 */
public record RunObject(String kind, String name, String id) {
  /** The names that rights know objects by. */
  public static List<ObjectName> names(List<RunObject> objects) {
    return objects.stream().map(object -> new ObjectName(object.kind(), object.name())).toList();
  }
}
