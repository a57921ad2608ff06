package dev.pawl.cli;

import dev.pawl.cli.connection.Connection;
import dev.pawl.cli.render.OutputFormat;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.TimeStyle;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.client.RequestIds;
import dev.pawl.client.ServerAddress;
import io.grpc.CallCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;

/** One call of the command line: its global options, its streams, its connection. */
public final class Invocation implements AutoCloseable {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final String ADDRESS = "PAWL_ADDRESS";
  private static final String DEFAULT_ADDRESS = "127.0.0.1:7171";

  private final Streams streams;
  private final GlobalOptions options = new GlobalOptions();
  private @Nullable Connection connection;

  Invocation(Streams streams) {
    this.streams = streams;
  }

  GlobalOptions options() {
    return options;
  }

  public Streams streams() {
    return streams;
  }

  /** The servers, any of which answers: of the flag, else of the environment, else the default. */
  public List<ServerAddress> servers() {
    try {
      return ServerAddress.parseAll(firstOf(options.address, ADDRESS, DEFAULT_ADDRESS));
    } catch (IllegalArgumentException e) {
      throw CommandFailed.usage(
          "%s names no servers: %s."
              .formatted(options.address == null ? ADDRESS : "--address", e.getMessage()),
          "Name one or several: one:7171,two:7171");
    }
  }

  /** The token that says who calls, if there is one. */
  public Optional<CallCredentials> credentials() {
    return CallerToken.of(Optional.ofNullable(options.tokenFile), streams.environment())
        .map(CallerToken::credentials);
  }

  public Names names() {
    return new Names(firstOf(options.project, "PAWL_PROJECT", "default"));
  }

  public OutputFormat format() {
    OutputFormat chosen = options.output;
    return chosen == null ? OutputFormat.TABLE : chosen;
  }

  /** The limit that the caller set, for commands that have none of their own. */
  public Optional<Duration> explicitTimeout() {
    return Optional.ofNullable(options.timeout);
  }

  public boolean isQuiet() {
    return options.quiet;
  }

  public boolean isVerbose() {
    return options.verbose;
  }

  /** Whether the caller named the request, which then stands for one command only. */
  public boolean hasRequestId() {
    return options.requestId != null;
  }

  /** The request id of a mutation. */
  public String requestId() {
    String given = options.requestId;
    return given == null ? RequestIds.next() : given;
  }

  public Connection connection() {
    Connection open = connection;
    if (open == null) {
      Duration timeout = options.timeout;
      open =
          new Connection(
              servers(), credentials(), timeout == null ? DEFAULT_TIMEOUT : timeout, this::note);
      connection = open;
    }
    return open;
  }

  public Times times() {
    boolean read = format() == OutputFormat.CSV && options.time == TimeStyle.RELATIVE;
    return new Times(read ? TimeStyle.ISO : options.time, streams.clock(), streams.zone());
  }

  public Style style() {
    return format() == OutputFormat.CSV ? Style.words() : new Style(isColored(), isUnicode());
  }

  public Printer printer() {
    return new Printer(streams.out(), format(), isQuiet());
  }

  /** One line about what to do next; nobody's data. */
  public void hint(String line) {
    if (!options.quiet && !"0".equals(streams.environment().get("PAWL_HINTS"))) {
      streams.err().println(style().dim(line));
    }
  }

  /** One line about what is going on. */
  public void note(String line) {
    if (!options.quiet) {
      streams.err().println(line);
    }
  }

  /**
   * Asks before something that cannot be undone; without a terminal {@code --yes} must be there.
   */
  public void confirm(String question) {
    if (options.yes) {
      return;
    }
    if (!streams.screen().canAsk()) {
      throw CommandFailed.usage(question + " Nobody is there to be asked.", "Say --yes to do it.");
    }
    streams.err().print(question + " [y/N] ");
    streams.err().flush();
    var answers = new Scanner(streams.in(), StandardCharsets.UTF_8);
    String answer = answers.hasNextLine() ? answers.nextLine().strip() : "";
    if (!answer.equalsIgnoreCase("y") && !answer.equalsIgnoreCase("yes")) {
      throw CommandFailed.of(ExitCode.FAILED, "Not confirmed; nothing was done.");
    }
  }

  private boolean isColored() {
    Map<String, String> environment = streams.environment();
    return switch (options.color) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
          yield false;
        }
        if (!environment.getOrDefault("CLICOLOR_FORCE", "0").equals("0")) {
          yield true;
        }
        yield streams.screen().isInteractive() && !isDumb();
      }
    };
  }

  /** Whether the terminal understands cursor movements. */
  public boolean isLively() {
    return streams.screen().isInteractive() && !isDumb();
  }

  private boolean isDumb() {
    return "dumb".equals(streams.environment().get("TERM"));
  }

  private boolean isUnicode() {
    for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String locale = streams.environment().getOrDefault(variable, "");
      if (!locale.isEmpty()) {
        String upper = locale.toUpperCase(Locale.ROOT);
        return upper.contains("UTF-8") || upper.contains("UTF8");
      }
    }
    return false;
  }

  private String firstOf(@Nullable String flag, String variable, String otherwise) {
    if (flag != null) {
      return flag;
    }
    String value = streams.environment().getOrDefault(variable, "");
    return value.isEmpty() ? otherwise : value;
  }

  @Override
  public void close() {
    Connection open = connection;
    if (open != null) {
      open.close();
    }
  }
}
