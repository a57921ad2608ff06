package dev.pawl.cli;

import dev.pawl.cli.render.OutputFormat;
import dev.pawl.cli.render.TimeStyle;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes. */
final class GlobalOptions {
  enum Color {
    ALWAYS,
    NEVER,
    AUTO
  }

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      scope = ScopeType.INHERIT,
      description = "The server, or several with commas (PAWL_ADDRESS; 127.0.0.1:7171).")
  @Nullable String address;

  @Option(
      names = {"-p", "--project"},
      paramLabel = "PROJECT",
      scope = ScopeType.INHERIT,
      description = "The project (PAWL_PROJECT; default).")
  @Nullable String project;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Holds the token that says who you are (PAWL_TOKEN, or PAWL_TOKEN_FILE).")
  @Nullable Path tokenFile;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "table, wide, json, jsonl, yaml or name; lists also csv, logs raw.")
  @Nullable OutputFormat output;

  @Option(
      names = "--time",
      paramLabel = "STYLE",
      scope = ScopeType.INHERIT,
      description = "How tables show times: relative, iso or local.")
  TimeStyle time = TimeStyle.RELATIVE;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      scope = ScopeType.INHERIT,
      description = "always, never or auto (NO_COLOR, CLICOLOR_FORCE, TERM=dumb).")
  Color color = Color.AUTO;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      scope = ScopeType.INHERIT,
      description =
          "How long one call may take, retries included (10s); of wait and watch: all of it.")
  @Nullable Duration timeout;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print ids only, and no hints.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Say more about calls and errors.")
  boolean verbose;

  @Option(
      names = "--yes",
      scope = ScopeType.INHERIT,
      description = "Answer every question with yes.")
  boolean yes;

  @Option(
      names = "--request-id",
      paramLabel = "UUID",
      scope = ScopeType.INHERIT,
      description = "Name the command, so that repeating it has one effect (a new UUIDv7).")
  @Nullable String requestId;
}
