package dev.pawl.worker;

import java.nio.file.Path;
import java.time.Duration;

/** A worker as a process of its own, for {@link WorkerProcessTest}. */
public final class WorkerMain {
  private WorkerMain() {}

  /** Arguments: the server's address, the directory of scripts. */
  public static void main(String[] args) throws Exception {
    WorkerProcess.run(
        Worker.builder().address(args[0]).workerId("w").workDirectory(Path.of(args[1])).options(),
        Duration.ofSeconds(20));
  }
}
