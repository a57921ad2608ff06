package dev.pawl.cli;

import dev.pawl.cli.terminal.Screen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Somebody who types commands: the same environment, another command line each time. */
public final class Shell {
  /** When every command of a test runs. */
  public static final Instant NOW = Instant.parse("2026-11-20T14:02:07Z");

  /** What a command left behind. */
  public record Ran(int exitCode, String out, String err) {}

  private final Map<String, String> environment = new HashMap<>(Map.of("LANG", "C.UTF-8"));
  private Screen screen = Screen.none();
  private String input = "";

  public static Shell at(String address) {
    return new Shell().with("PAWL_ADDRESS", address);
  }

  /** Without a server. */
  public static Shell alone() {
    return at("127.0.0.1:1");
  }

  public Shell with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public Shell on(Screen terminal) {
    screen = terminal;
    return this;
  }

  public Shell typing(String text) {
    input = text;
    return this;
  }

  public Ran run(String... arguments) {
    return run(List.of(), arguments);
  }

  public Ran run(List<Object> extras, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exitCode =
        Main.run(
            arguments,
            extras,
            new Streams(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                screen,
                InstantSource.fixed(NOW),
                ZoneOffset.UTC));
    return new Ran(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
