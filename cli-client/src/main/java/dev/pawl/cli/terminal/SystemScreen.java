package dev.pawl.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The terminal of this process. Linux tells what a descriptor is through {@code /proc}. */
final class SystemScreen implements Screen {
  private static final Size USUAL = new Size(80, 24);

  private @Nullable Optional<WindowSize> windowSize;

  @Override
  public boolean isInteractive() {
    return isTerminal(1);
  }

  @Override
  public boolean canAsk() {
    return isTerminal(0) && isTerminal(2);
  }

  @Override
  public synchronized Size size() {
    Optional<WindowSize> known = windowSize;
    if (known == null) {
      known = WindowSize.ofSystem();
      windowSize = known;
    }
    return known.flatMap(ask -> ask.of(1)).orElse(USUAL);
  }

  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      // No /proc: not Linux.
      Console console = System.console();
      return console != null && console.isTerminal();
    }
  }
}
