package dev.pawl.bench.history;

import java.util.List;

/**
 * All that was seen of one run of the harness. What one observer saw stands in the order in which
 * it wrote it down; between observers the order means nothing.
 */
public record History(Manifest manifest, List<Observation> observations) {
  public History {
    observations = List.copyOf(observations);
  }
}
