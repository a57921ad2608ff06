package dev.pawl.dev;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a node of one is started.
 *
 * @param data where its data is kept; empty for data that goes with the node
 * @param port of the loopback interface; 0 takes a free one
 * @param slots of the embedded worker; 0 for no worker
 * @param samples whether the examples are submitted, each unless a workflow of its name exists
 */
public record DevSettings(Optional<Path> data, int port, int slots, boolean samples) {
  /** The port that clients try first. */
  public static final int PORT = 7171;

  /** How much an embedded worker does at once. */
  public static final int SLOTS = 4;

  /** A node without samples whose data goes with it, on a free port. */
  public static DevSettings ephemeral() {
    return new DevSettings(Optional.empty(), 0, SLOTS, false);
  }

  /** A node without samples that keeps its data, on a free port. */
  public static DevSettings persistent(Path data) {
    return new DevSettings(Optional.of(data), 0, SLOTS, false);
  }
}
