package dev.pawl.client;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where one server listens.
 *
 * @param host a name or an IP address, without brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {
  /** Where services, workers and the command line are served unless configured otherwise. */
  public static final int DEFAULT_PORT = 7171;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern IP4 = Pattern.compile("[0-9.]+");
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}");
  private static final Pattern IP6 = Pattern.compile("[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?");

  public ServerAddress {
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host of a server's address is missing");
    }
    if (!(host.contains(":") ? IP6 : NAME).matcher(host).matches()) {
      throw new IllegalArgumentException("a host is a name or an IP address");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is 1 to 65535, is " + port);
    }
  }

  /**
   * Reads addresses such as {@code one.example.org:7171,two.example.org,[::1]:7171}; one that comes
   * twice counts once.
   *
   * @throws IllegalArgumentException when one is malformed
   */
  public static List<ServerAddress> parseAll(String text) {
    List<ServerAddress> addresses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      ServerAddress address = parse(part.strip());
      if (!addresses.contains(address)) {
        addresses.add(address);
      }
    }
    return List.copyOf(addresses);
  }

  /**
   * Reads {@code host}, {@code host:port} or {@code [ip6]:port}.
   *
   * @throws IllegalArgumentException when it is malformed
   */
  public static ServerAddress parse(String text) {
    try {
      return read(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"%s\" is no address such as 127.0.0.1:%d: %s"
              .formatted(text, DEFAULT_PORT, e.getMessage()),
          e);
    }
  }

  private static ServerAddress read(String text) {
    int bracket = text.indexOf(']');
    if (text.startsWith("[") && bracket > 0) {
      String host = text.substring(1, bracket);
      String rest = text.substring(bracket + 1);
      if (!host.contains(":")) {
        throw new IllegalArgumentException("brackets are for IPv6 addresses");
      }
      return new ServerAddress(host, rest.isEmpty() ? DEFAULT_PORT : port(rest));
    }
    int colon = text.indexOf(':');
    if (colon != text.lastIndexOf(':')) {
      throw new IllegalArgumentException("an IPv6 address stands in brackets");
    }
    return colon < 0
        ? new ServerAddress(text, DEFAULT_PORT)
        : new ServerAddress(text.substring(0, colon), port(text.substring(colon)));
  }

  private static int port(String withColon) {
    if (!PORT.matcher(withColon).matches()) {
      throw new IllegalArgumentException("a colon and a port, 1 to 65535, stand behind the host");
    }
    return Integer.parseInt(withColon.substring(1));
  }

  /** Whether it cannot stand for several nodes, as a name in the DNS can. */
  boolean isOneNode() {
    return host.contains(":") || IP4.matcher(host).matches() || host.equals("localhost");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
