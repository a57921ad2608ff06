package dev.pawl.worker.shell;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small process that kills the scripts of a worker when the worker dies without a word.
 *
 * <p>It reads from the worker which process groups live. When that ends, by whatever death, it
 * kills those that are left: an orphaned script would go on beside the attempt that replaces it.
 */
final class Watchdog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

  private static final String SCRIPT =
      """
      live=' '
      while read -r word group; do
        case $word in
          +) live="$live$group " ;;
          -) case $live in *" $group "*) live="${live%% $group *} ${live#* $group }" ;; esac ;;
        esac
      done
      for group in $live; do kill -s KILL -- "-$group" 2>/dev/null; done
      """;

  private final Launcher launcher;

  // All guarded by this.
  private final Set<Long> groups = new LinkedHashSet<>();
  private @Nullable OutputStream words;

  Watchdog(Launcher launcher) {
    this.launcher = launcher;
  }

  /** Has the group killed if the worker dies. */
  synchronized void guard(long group) {
    if (launcher.givesOwnGroup() && groups.add(group)) {
      tell("+ " + group + "\n");
    }
  }

  /** The group is gone, and its number may become another's. */
  synchronized void release(long group) {
    if (groups.remove(group)) {
      tell("- " + group + "\n");
    }
  }

  /** Ends it; what is still guarded is killed. */
  @Override
  public synchronized void close() {
    if (words != null) {
      try {
        words.close();
      } catch (IOException e) {
        log.debug("The watchdog of the scripts had ended already", e);
      }
      words = null;
    }
  }

  private void tell(String word) {
    try {
      if (words != null) {
        say(words, word);
        return;
      }
    } catch (IOException e) {
      log.warn("The watchdog of the scripts is gone; another is started", e);
      words = null;
    }
    try {
      words = start();
      for (long group : groups) {
        say(words, "+ " + group + "\n");
      }
    } catch (IOException e) {
      log.warn("No watchdog could be started: scripts outlive a worker that is killed", e);
      words = null;
    }
  }

  private static void say(OutputStream words, String word) throws IOException {
    words.write(word.getBytes(US_ASCII));
    words.flush();
  }

  private OutputStream start() throws IOException {
    // In a session of its own, so that what is meant for the worker's group does not reach it.
    List<String> command = new ArrayList<>(launcher.prefix());
    command.addAll(List.of("/bin/sh", "-c", SCRIPT, "pawl-watchdog"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .getOutputStream();
  }
}
