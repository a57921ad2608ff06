package dev.pawl.worker.shell;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a script has started and that still lives.
 *
 * <p>On Linux: the members of its session and process group, its descendants, and on a stop also
 * whoever left all three but carries our cookie in its environment. Elsewhere: its process group
 * and its descendants.
 */
final class ProcessTree {
  private static final Logger log = LoggerFactory.getLogger(ProcessTree.class);

  /** The environment variable by which a stop finds what left the session. */
  static final String COOKIE = "PAWL_COOKIE";

  private static final Path PROC = Path.of("/proc");
  private static final boolean HAS_PROC = Files.isReadable(PROC.resolve("self/stat"));

  private final Process leader;
  private final long group;
  private final boolean ownGroup;
  private final String cookie;

  /**
   * @param leader the script's process
   * @param ownGroup whether it leads a session and a process group of its own
   * @param cookie what {@link #COOKIE} is in its environment
   */
  ProcessTree(Process leader, boolean ownGroup, String cookie) {
    this.leader = leader;
    this.group = leader.pid();
    this.ownGroup = ownGroup;
    this.cookie = cookie;
  }

  /** Asks all of it to end. */
  void signal() {
    List<ProcessHandle> members = members(true);
    boolean reached = signalGroup("TERM");
    for (ProcessHandle member : members) {
      // A leader that has just begun may lead its group only now, too late for the signal.
      if (!reached || !inGroup(member.pid())) {
        member.destroy();
      }
    }
  }

  /** Kills all of it, and what it starts meanwhile. */
  void kill() throws InterruptedException {
    signalGroup("KILL");
    killMembers(true);
  }

  /**
   * Kills what the script left behind in its session when it exited; returns how many processes.
   */
  int settle() throws InterruptedException {
    return killMembers(false);
  }

  private int killMembers(boolean strays) throws InterruptedException {
    Map<Long, ProcessHandle> killed = new LinkedHashMap<>();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    for (List<ProcessHandle> members = members(strays);
        !members.isEmpty() && System.nanoTime() - deadline < 0;
        members = members(strays)) {
      for (ProcessHandle member : members) {
        member.destroyForcibly();
        killed.put(member.pid(), member);
      }
      for (ProcessHandle member : members) {
        awaitGone(member, deadline);
      }
    }
    return killed.size();
  }

  private static void awaitGone(ProcessHandle process, long deadline) throws InterruptedException {
    while (HAS_PROC ? lives(process.pid()) : process.isAlive()) {
      if (System.nanoTime() - deadline >= 0) {
        log.warn("Process {} was killed but does not go", process.pid());
        return;
      }
      // The system tells a parent of a death, and nobody else.
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  /** Signals the script's process group; says whether there was one. */
  private boolean signalGroup(String signal) {
    if (!ownGroup || !leader.isAlive()) {
      return false;
    }
    // Java cannot signal a group; every POSIX shell can. While the leader lives, its number is its
    // own.
    try {
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " -- -" + group)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return exitCode(kill) == 0;
    } catch (IOException e) {
      log.warn(
          "Process group {} could not be signalled at once; its members are one by one", group, e);
      members(false)
          .forEach(signal.equals("KILL") ? ProcessHandle::destroyForcibly : ProcessHandle::destroy);
      return false;
    }
  }

  /**
   * Waits until a process has exited, through interrupts. {@link Process#onExit()} would need a
   * thread of the common pool, which is one thread on a small machine and may be held by others.
   */
  static int exitCode(Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<ProcessHandle> members(boolean strays) {
    Map<Long, ProcessHandle> members = new LinkedHashMap<>();
    leader.descendants().forEach(process -> members.put(process.pid(), process));
    if (leader.isAlive()) {
      members.put(leader.pid(), leader.toHandle());
    }
    if (HAS_PROC) {
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
        for (Path process : processes) {
          long pid = Long.parseLong(process.getFileName().toString());
          if ((ownGroup && inGroup(pid)) || (strays && carriesCookie(process))) {
            ProcessHandle.of(pid).ifPresent(handle -> members.put(pid, handle));
          }
        }
      } catch (IOException | UncheckedIOException e) {
        log.warn("The processes of a script could not be listed", e);
      }
      members.keySet().removeIf(pid -> !lives(pid));
    }
    return List.copyOf(members.values());
  }

  private boolean inGroup(long pid) {
    if (!HAS_PROC) {
      return false;
    }
    String[] fields = stat(pid);
    return fields.length > 3
        && (fields[2].equals(Long.toString(group)) || fields[3].equals(Long.toString(group)));
  }

  private static boolean lives(long pid) {
    String[] fields = stat(pid);
    return fields.length > 0 && !fields[0].equals("Z") && !fields[0].equals("X");
  }

  /** State, parent, process group, session; nothing when there is no such process. */
  private static String[] stat(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(pid + "/stat"), ISO_8859_1);
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
    } catch (IOException e) {
      return new String[0];
    }
  }

  private boolean carriesCookie(Path process) {
    try {
      String environment = Files.readString(process.resolve("environ"), ISO_8859_1);
      return environment.contains(COOKIE + "=" + cookie + "\0");
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      log.trace("The environment of {} cannot be read", process, e);
      return false;
    }
  }
}
