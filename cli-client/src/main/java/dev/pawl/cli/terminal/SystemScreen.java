package dev.pawl.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process.
 *
 * <p>Linux tells what a descriptor is through {@code /proc}, which costs nothing; JLine, which
 * does, is only asked for the size when something is redrawn in place.
 */
final class SystemScreen implements Screen {
  private @Nullable Terminal terminal;

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
    Terminal open = terminal;
    if (open == null) {
      try {
        open = TerminalBuilder.builder().system(true).dumb(true).nativeSignals(false).build();
      } catch (IOException e) {
        throw new UncheckedIOException("The terminal does not tell its size; try --compact.", e);
      }
      terminal = open;
    }
    int columns = open.getWidth();
    int rows = open.getHeight();
    return new Size(columns > 0 ? columns : 80, rows > 0 ? rows : 24);
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
