package dev.pawl.bench.history.world;

import static dev.pawl.bench.history.world.Timeline.MS;

import dev.pawl.bench.history.Log;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The world's log store, and its readers. */
final class Logs {
  private static final int MOST = 4;

  private final World world;
  private final Map<String, Map<String, Kept>> byRun = new LinkedHashMap<>();
  private int readers;

  /** One section. */
  private static final class Kept {
    final String execution;
    final long fence;
    final List<Log.Stored> lines = new ArrayList<>();
    int written;
    boolean closed;
    boolean over;
    boolean truncated;
    boolean complete;

    Kept(String execution, long fence) {
      this.execution = execution;
      this.fence = fence;
    }
  }

  Logs(World world) {
    this.world = world;
  }

  private Kept section(SimExecution execution, long fence) {
    return byRun
        .computeIfAbsent(execution.run().id, _ -> new LinkedHashMap<>())
        .computeIfAbsent(execution.id() + "#" + fence, _ -> new Kept(execution.id(), fence));
  }

  /** The worker says that it begins. */
  void own(SimExecution execution, long fence) {
    Kept section = section(execution, fence);
    keep(section, "own-" + execution.id() + "#" + fence, true);
  }

  /** The work writes a line. */
  void write(SimExecution execution, long fence) {
    Kept section = section(execution, fence);
    section.written++;
    String hash = "line-" + execution.id() + "#" + fence + "-" + section.written;
    world.book.write(new Log.Produced(execution.id(), fence, hash, world.time.now()));
    keep(section, hash, false);
  }

  private static void keep(Kept section, String hash, boolean own) {
    if (section.closed) {
      return;
    }
    if (section.lines.size() == MOST - 1 && !own) {
      section.truncated = true;
      section.closed = true;
      return;
    }
    section.lines.add(
        new Log.Stored(section.execution, section.fence, section.lines.size() + 1L, hash, own));
  }

  /** The attempt is closed; by its own report all that it wrote is here. */
  void close(SimExecution execution, long fence, boolean reported) {
    Kept section = section(execution, fence);
    section.complete |= reported && !section.over;
    section.over = true;
    section.closed = true;
  }

  /** Somebody follows a run's log to its end. */
  void follow(SimRun run) {
    readers++;
    new Reader("reader-" + readers, run).open(false);
  }

  /** A reader. */
  private final class Reader {
    private final String name;
    private final SimRun run;
    private final Map<String, Integer> got = new HashMap<>();

    Reader(String name, SimRun run) {
      this.name = name;
      this.run = run;
    }

    void open(boolean resumed) {
      world.book.write(new Log.TailBegan(name, run.id, world.time.now(), resumed, "node-1"));
      look();
    }

    private void look() {
      boolean over = run.ended();
      for (Map.Entry<String, Kept> section : byRun.getOrDefault(run.id, Map.of()).entrySet()) {
        List<Log.Stored> lines = section.getValue().lines;
        int next = got.getOrDefault(section.getKey(), 0);
        for (; next < lines.size(); next++) {
          Log.Stored line = lines.get(next);
          world.book.write(
              new Log.Read(
                  name,
                  line.execution(),
                  line.fence(),
                  line.line(),
                  line.hash(),
                  line.own(),
                  world.time.now()));
        }
        got.put(section.getKey(), next);
      }
      if (over) {
        world.book.write(new Log.TailEnded(name, run.id, world.time.now(), true, ""));
      } else if (run.state().equals("PAUSED") || world.over()) {
        world.book.write(
            new Log.TailEnded(name, run.id, world.time.now(), false, "the reader went away"));
      } else if (world.time.chance(10)) {
        world.book.write(new Log.TailEnded(name, run.id, world.time.now(), false, "UNAVAILABLE"));
        world.time.in(20 * MS, () -> open(true));
      } else {
        world.time.in(50 * MS, this::look);
      }
    }
  }

  /** What is stored in the end. */
  void tell() {
    for (Map<String, Kept> sections : byRun.values()) {
      for (Kept section : sections.values()) {
        section.lines.forEach(world.book::write);
        world.book.write(
            new Log.Section(
                section.execution,
                section.fence,
                section.lines.size(),
                section.closed,
                section.truncated,
                section.complete));
      }
    }
  }
}
