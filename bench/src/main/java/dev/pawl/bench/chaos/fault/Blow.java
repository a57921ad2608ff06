package dev.pawl.bench.chaos.fault;

import java.io.IOException;
import java.sql.SQLException;

/** A fault that is being done. */
interface Blow {
  /** Undoes it, waits until the part that it hit stands again, and tells what it did. */
  Evidence undo() throws IOException, InterruptedException, SQLException;
}
