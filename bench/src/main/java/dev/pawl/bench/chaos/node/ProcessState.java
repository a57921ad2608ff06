package dev.pawl.bench.chaos.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the kernel tells of a process in {@code /proc}. */
public final class ProcessState {
  private static final Path PROC = Path.of("/proc");
  private static final long KIBIBYTE = 1024;

  private ProcessState() {}

  /** Whether it was stopped by a signal and stands still. */
  public static boolean isStopped(long pid) {
    // The name is in brackets, and may hold brackets and spaces; the state's letter is behind it.
    return read(pid, "stat")
        .filter(stat -> stat.startsWith("T", stat.lastIndexOf(')') + 2))
        .isPresent();
  }

  /** The memory that it holds, in bytes; empty when it is gone. */
  public static OptionalLong residentBytes(long pid) {
    return read(pid, "status").stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
        .findFirst();
  }

  /** How many files and sockets it has open; empty when it is gone. */
  public static OptionalLong descriptors(long pid) {
    try (Stream<Path> open = Files.list(PROC.resolve(pid + "/fd"))) {
      return OptionalLong.of(open.count());
    } catch (IOException | UncheckedIOException gone) {
      return OptionalLong.empty();
    }
  }

  private static Optional<String> read(long pid, String file) {
    try {
      return Optional.of(Files.readString(PROC.resolve(pid + "/" + file)));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
