package dev.pawl.bench.history;

import java.util.List;

/** All that was seen of one run of the harness, in no particular order. */
public record History(Manifest manifest, List<Observation> observations) {
  public History {
    observations = List.copyOf(observations);
  }
}
