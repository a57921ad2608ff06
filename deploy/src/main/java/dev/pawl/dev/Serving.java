package dev.pawl.dev;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.dev.startup.ReadyFile;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the commands that serve have in common. */
final class Serving {
  private Serving() {}

  /** A failure as the command line shows it: with its reason, and exit code 1. */
  static CommandFailed failed(StartupFailure failure) {
    return CommandFailed.of(
        ExitCode.FAILED, "%s  [%s]".formatted(failure.getMessage(), failure.reason()));
  }

  /** Removes the file of a predecessor, which somebody may be waiting for. */
  static void forget(Optional<Path> readyFile) throws StartupFailure {
    if (readyFile.isPresent()) {
      try {
        Files.deleteIfExists(readyFile.get());
      } catch (IOException e) {
        throw unusable(readyFile.get(), e);
      }
    }
  }

  /** Says where everything serves from now on. */
  static void announce(
      Optional<Path> readyFile,
      String address,
      Optional<Path> dataDirectory,
      Optional<String> metricsAddress)
      throws StartupFailure {
    if (readyFile.isPresent()) {
      try {
        new ReadyFile(address, ProcessHandle.current().pid(), dataDirectory, metricsAddress)
            .write(readyFile.get());
      } catch (IOException e) {
        throw unusable(readyFile.get(), e);
      }
    }
  }

  private static StartupFailure unusable(Path readyFile, IOException e) {
    return new StartupFailure(
        Reason.CONFIGURATION_INVALID,
        "cannot write the ready file %s: %s. Name one in a directory that exists and may be written."
            .formatted(readyFile, e),
        e);
  }
}
