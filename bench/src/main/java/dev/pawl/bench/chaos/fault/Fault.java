package dev.pawl.bench.chaos.fault;

import dev.pawl.bench.history.Fault.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/** Something that is done to the system for a while. */
public sealed interface Fault
    permits NodeFault, PartitionFault, PostgresFault, WorkerFault, ClientFault {
  Kind kind();

  /** Node, worker or client. */
  String target();

  /** What is done, for people. */
  String detail();

  /** From the blow until it is undone. */
  Duration lasts();

  /** Does it. */
  Blow strike(Scene scene) throws IOException, InterruptedException, SQLException;
}
