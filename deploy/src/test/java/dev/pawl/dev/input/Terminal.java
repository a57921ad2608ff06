package dev.pawl.dev.input;

import dev.pawl.cli.Main;
import dev.pawl.cli.Streams;
import dev.pawl.cli.terminal.Screen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** Somebody who types commands, with a pipe for the output, to one server about one project. */
record Terminal(String address, String project) {

  /** What a command left behind. */
  record Ran(int exitCode, String out, String err) {
    @Override
    public String toString() {
      return "exit code %d\n--- out\n%s--- err\n%s".formatted(exitCode, out, err);
    }
  }

  static Terminal at(Node node) {
    return new Terminal(node.address(), "default");
  }

  Terminal in(String other) {
    return new Terminal(address, other);
  }

  Ran run(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    return run(new PrintStream(out, true, StandardCharsets.UTF_8), out, err, arguments);
  }

  /** Runs a command whose output is looked at while it is written. */
  Ran run(ByteArrayOutputStream out, String... arguments) {
    return run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        out,
        new ByteArrayOutputStream(),
        arguments);
  }

  private Ran run(
      PrintStream printed,
      ByteArrayOutputStream out,
      ByteArrayOutputStream err,
      String... arguments) {
    int exitCode =
        Main.run(
            arguments,
            List.of(),
            new Streams(
                new ByteArrayInputStream(new byte[0]),
                printed,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("LANG", "C.UTF-8", "PAWL_ADDRESS", address, "PAWL_PROJECT", project),
                Screen.none(),
                InstantSource.system(),
                ZoneOffset.UTC));
    return new Ran(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
