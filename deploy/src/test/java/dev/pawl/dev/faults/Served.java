package dev.pawl.dev.faults;

import dev.pawl.dev.DevProcess;
import java.nio.file.Path;

/** What serves in a test: one node, or several over one PostgreSQL. */
interface Served extends AutoCloseable {
  /** All addresses, as clients take them. */
  String address();

  /** Of the PostgreSQL below. */
  Path dataDirectory();

  /** A node with its own PostgreSQL. */
  record Dev(DevProcess process) implements Served {
    @Override
    public String address() {
      return process.address();
    }

    @Override
    public Path dataDirectory() {
      return process.dataDirectory();
    }

    @Override
    public void close() throws Exception {
      process.close();
    }
  }
}
