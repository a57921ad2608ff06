package dev.pawl.cli.definition;

import org.snakeyaml.engine.v2.nodes.Node;

/** How much one document may unfold to: aliases can make a short text endless. */
final class Budget {
  private static final int MOST_NODES = 2_000_000;
  private static final int MOST_DEPTH = 100;

  private int nodes;
  private int depth;
  private boolean exceeded;

  void enter() {
    depth++;
  }

  void leave() {
    depth--;
  }

  /** Whether one more node may be read. */
  boolean spend(Node node, String path, Findings findings) {
    nodes++;
    boolean within = nodes <= MOST_NODES && depth <= MOST_DEPTH;
    if (!within && !exceeded) {
      exceeded = true;
      findings.add(
          Position.of(node),
          path,
          depth > MOST_DEPTH
              ? "is nested deeper than " + MOST_DEPTH + " levels; an alias may hold itself"
              : "unfolds to more than " + MOST_NODES + " values; use fewer aliases");
    }
    return within && !exceeded;
  }
}
