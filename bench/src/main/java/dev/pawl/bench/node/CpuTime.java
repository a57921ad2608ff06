package dev.pawl.bench.node;

import dev.pawl.bench.BenchFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How long processes were on a core since they began, as the kernel says in {@code /proc}. */
public final class CpuTime {
  private static final Path PROC = Path.of("/proc");

  /** What the kernel counts in towards programs, whatever it uses inside. */
  private static final double TICKS_PER_SECOND = 100;

  // In /proc/PID/stat, counted from the field behind the program's name.
  private static final int PARENT = 1;
  private static final int USER = 11;
  private static final int REAPED_SYSTEM = 14;

  private CpuTime() {}

  private record Process(long parent, long ownTicks, long withReapedTicks) {}

  /** Of one process, without its children. */
  public static double secondsOf(long pid) throws IOException {
    return read(PROC.resolve(Long.toString(pid)))
            .orElseThrow(() -> new BenchFailure(1, "process %d is gone".formatted(pid)))
            .ownTicks()
        / TICKS_PER_SECOND;
  }

  /** Of a process and all that descend from it, those that have ended too. */
  public static double secondsOfTree(long root) throws IOException {
    Map<Long, Process> processes = new HashMap<>();
    Map<Long, List<Long>> children = new HashMap<>();
    try (Stream<Path> entries = Files.list(PROC)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        String name = entry.getFileName().toString();
        Optional<Process> process = isNumber(name) ? read(entry) : Optional.empty();
        if (process.isPresent()) {
          long pid = Long.parseLong(name);
          processes.put(pid, process.get());
          children.computeIfAbsent(process.get().parent(), _ -> new ArrayList<>()).add(pid);
        }
      }
    }
    long ticks = 0;
    Deque<Long> left = new ArrayDeque<>(List.of(root));
    while (!left.isEmpty()) {
      long pid = left.pop();
      Process process = processes.get(pid);
      ticks += process == null ? 0 : process.withReapedTicks();
      left.addAll(children.getOrDefault(pid, List.of()));
    }
    return ticks / TICKS_PER_SECOND;
  }

  private static boolean isNumber(String name) {
    return name.chars().allMatch(Character::isDigit);
  }

  private static Optional<Process> read(Path process) throws IOException {
    String stat;
    try {
      stat = Files.readString(process.resolve("stat"));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      // A process that ends while it is read: "No such process".
      if (Files.exists(process)) {
        throw e;
      }
      return Optional.empty();
    }
    // The name is in brackets, and may hold brackets and spaces.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long own = Long.parseLong(fields[USER]) + Long.parseLong(fields[USER + 1]);
    long reaped = Long.parseLong(fields[REAPED_SYSTEM - 1]) + Long.parseLong(fields[REAPED_SYSTEM]);
    return Optional.of(new Process(Long.parseLong(fields[PARENT]), own, own + reaped));
  }
}
