package dev.pawl.cli;

import dev.pawl.cli.terminal.Screen;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;

/**
 * What a command has of the outside world: data goes to {@code out}, talk to {@code err}.
 *
 * @param screen the terminal behind {@code out}, if there is one
 */
public record Streams(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Screen screen,
    InstantSource clock,
    ZoneId zone) {

  public Streams {
    environment = Map.copyOf(environment);
  }

  /** Those of this process. */
  public static Streams system() {
    return new Streams(
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        System.getenv(),
        Screen.system(),
        InstantSource.system(),
        ZoneId.systemDefault());
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 8192),
        true,
        StandardCharsets.UTF_8);
  }
}
