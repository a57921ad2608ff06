package dev.pawl.api.call;

import dev.pawl.engine.access.ObjectName;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Knows what runs are about. Asked for callers whose grants are limited to objects. */
@FunctionalInterface
public interface RunObjects {

  /**
   * What a run is about; it never changes.
   *
   * @param name of the run, or of something of it
   */
  CompletionStage<List<ObjectName>> of(String name);
}
