package dev.pawl.cli;

import dev.pawl.client.BearerToken;
import io.grpc.CallCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The token that says who calls. One in a file is read at every call, so that it can be renewed
 * under a worker that runs.
 */
final class CallerToken {
  private static final String TOKEN = "PAWL_TOKEN";
  private static final String FILE = "PAWL_TOKEN_FILE";
  private static final String TRUSTED = "PAWL_INSECURE_NETWORK";
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,4096}");

  private final Supplier<String> token;
  private final boolean trustedNetwork;

  private CallerToken(Supplier<String> token, boolean trustedNetwork) {
    this.token = token;
    this.trustedNetwork = trustedNetwork;
  }

  /** The token of the flag's file, else of the environment; empty when there is none. */
  static Optional<CallerToken> of(Optional<Path> flag, Map<String, String> environment) {
    String given = environment.getOrDefault(TOKEN, "");
    String named = environment.getOrDefault(FILE, "");
    Supplier<String> token;
    if (flag.isPresent()) {
      token = () -> read(flag.get());
    } else if (!given.isEmpty()) {
      token = () -> checked(TOKEN, given);
    } else if (!named.isEmpty()) {
      token = () -> read(Path.of(named));
    } else {
      return Optional.empty();
    }
    // One that cannot be used is told before anything is sent.
    var unused = token.get();
    return Optional.of(
        new CallerToken(token, environment.getOrDefault(TRUSTED, "").equalsIgnoreCase("true")));
  }

  private static String read(Path file) {
    try {
      return checked(file.toString(), Files.readString(file, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw CommandFailed.usage(
          "The token file %s cannot be read: %s.".formatted(file, e),
          "It holds the token, and nothing else.");
    }
  }

  /** The token must not be shown, whatever is wrong with it. */
  private static String checked(String where, String token) {
    if (!VISIBLE.matcher(token).matches()) {
      throw CommandFailed.usage(
          where + " holds no token.", "A token is one word of visible ASCII characters.");
    }
    return token;
  }

  CallCredentials credentials() {
    return trustedNetwork ? BearerToken.overTrustedNetwork(token) : new BearerToken(token);
  }
}
