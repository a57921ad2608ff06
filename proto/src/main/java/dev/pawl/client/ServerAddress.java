package dev.pawl.client;

import java.util.ArrayList;
import java.util.List;

/**
 * Where one server listens.
 *
 * @param host a name or an IP address, without brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {
  /** Where services, workers and the command line are served unless configured otherwise. */
  public static final int DEFAULT_PORT = 7171;

  public ServerAddress {
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host of a server's address is missing");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is 1 to 65535, is " + port);
    }
  }

  /**
   * Reads addresses such as {@code one.example.org:7171,two.example.org,[::1]:7171}.
   *
   * @throws IllegalArgumentException when one is malformed
   */
  public static List<ServerAddress> parseAll(String text) {
    List<ServerAddress> addresses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      addresses.add(parse(part.strip()));
    }
    return List.copyOf(addresses);
  }

  /**
   * Reads {@code host}, {@code host:port} or {@code [ip6]:port}.
   *
   * @throws IllegalArgumentException when it is malformed
   */
  public static ServerAddress parse(String text) {
    int bracket = text.indexOf(']');
    if (text.startsWith("[") && bracket > 0) {
      String rest = text.substring(bracket + 1);
      if (rest.isEmpty()) {
        return new ServerAddress(text.substring(1, bracket), DEFAULT_PORT);
      }
      if (rest.startsWith(":")) {
        return new ServerAddress(text.substring(1, bracket), port(text, rest.substring(1)));
      }
      throw malformed(text);
    }
    int colon = text.indexOf(':');
    if (text.isEmpty() || text.contains("/") || colon != text.lastIndexOf(':')) {
      throw malformed(text);
    }
    return colon < 0
        ? new ServerAddress(text, DEFAULT_PORT)
        : new ServerAddress(text.substring(0, colon), port(text, text.substring(colon + 1)));
  }

  private static int port(String text, String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw malformed(text);
    }
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "an address is host:port, such as 127.0.0.1:%d; is \"%s\"".formatted(DEFAULT_PORT, text));
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
