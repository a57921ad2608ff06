package dev.pawl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** A command that only the distribution can do. */
@Command
final class Stub implements Callable<Integer> {
  private final String message;

  Stub(String message) {
    this.message = message;
  }

  @Override
  public Integer call() {
    throw CommandFailed.of(ExitCode.FAILED, "pawl " + message + ".");
  }
}
