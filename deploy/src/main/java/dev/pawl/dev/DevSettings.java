package dev.pawl.dev;

import dev.pawl.dev.postgres.PostgresSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a node of one is started.
 *
 * @param data where its data is kept; empty for data that goes with the node
 * @param port of the loopback interface; 0 takes a free one
 * @param metricsPort of the loopback interface, for metrics and health over HTTP; empty for none
 * @param slots of the embedded worker; 0 for no worker
 * @param samples whether the examples are submitted, each unless a workflow of its name exists
 * @param postgres what its database is told besides our settings
 */
public record DevSettings(
    Optional<Path> data,
    int port,
    OptionalInt metricsPort,
    int slots,
    boolean samples,
    PostgresSettings postgres) {
  /** The port that clients try first. */
  public static final int PORT = 7171;

  /** How much an embedded worker does at once. */
  public static final int SLOTS = 4;

  /** A node without metrics whose database has our settings and no others. */
  public DevSettings(Optional<Path> data, int port, int slots, boolean samples) {
    this(data, port, OptionalInt.empty(), slots, samples, PostgresSettings.NONE);
  }

  /** A node without samples whose data goes with it, on a free port. */
  public static DevSettings ephemeral() {
    return new DevSettings(Optional.empty(), 0, SLOTS, false);
  }
}
