package dev.pawl.dev.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import dev.pawl.engine.cluster.ClusterSettings;
import dev.pawl.engine.log.LogsKept;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration file says, checked as a whole. The defaults are those of the documented
 * {@code conf/server.conf}.
 *
 * @param trustedNetwork whether others than this machine may connect
 * @param tokens the file of those who may call; empty: everybody may do everything
 * @param cluster where the nodes talk to each other
 * @param metrics where metrics and health are, over HTTP; empty for nowhere
 * @param auditKept how long a command is on record; empty: for ever
 * @param logsKept which logs are kept
 */
public record ServerConfiguration(
    InetAddress address,
    int port,
    boolean trustedNetwork,
    Optional<Path> tokens,
    ClusterSettings cluster,
    Optional<InetSocketAddress> metrics,
    Database database,
    Duration heartbeatInterval,
    Duration leaseTimeToLive,
    Duration leaseGrace,
    Duration commandTimeout,
    Optional<Duration> auditKept,
    LogsKept logsKept) {
  private static final String ROOT = "pawl";
  private static final int MAX_CONNECTIONS = 1_000;
  private static final Duration LONGEST_KEPT = Duration.ofDays(36_500);
  private static final long LEAST_SIZE = 64L << 20;

  /** Where PostgreSQL is, and how to enter it. */
  public record Database(
      String url,
      String user,
      String password,
      int journalConnections,
      int viewConnections,
      boolean requireDurability) {
    @Override
    public String toString() {
      return "Database[url=%s, user=%s]".formatted(url, user);
    }
  }

  /** Reads {@code file}; refuses what is unknown, missing, of the wrong type or absurd. */
  public static ServerConfiguration read(Path file) throws StartupFailure {
    if (!Files.isReadable(file)) {
      throw invalid(file, "there is no readable file of this name", null);
    }
    try {
      return of(
          ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)));
    } catch (ConfigException e) {
      throw invalid(file, String.valueOf(e.getMessage()), e);
    } catch (Refused e) {
      throw invalid(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static StartupFailure invalid(Path file, String why, @Nullable Throwable cause) {
    String message =
        "the configuration %s cannot be used: %s. See conf/server.conf of the distribution."
            .formatted(file, why);
    return cause == null
        ? new StartupFailure(Reason.CONFIGURATION_INVALID, message)
        : new StartupFailure(Reason.CONFIGURATION_INVALID, message, cause);
  }

  /** A setting that cannot be used. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private static ServerConfiguration of(Config given) throws Refused {
    Config defaults =
        ConfigFactory.parseResources(
            ServerConfiguration.class.getClassLoader(),
            "dev/pawl/dev/config/server.conf",
            ConfigParseOptions.defaults().setAllowMissing(false));
    Config known = defaults.resolve();
    Config file = given.resolve();
    refuseUnknown(file, known);
    Config all = given.withFallback(defaults).resolve();
    all.checkValid(known, ROOT);
    return checked(all.getConfig(ROOT));
  }

  private static void refuseUnknown(Config given, Config known) throws Refused {
    TreeSet<String> unknown = new TreeSet<>();
    given.entrySet().forEach(setting -> unknown.add(setting.getKey()));
    known.entrySet().forEach(setting -> unknown.remove(setting.getKey()));
    if (!unknown.isEmpty()) {
      String first = unknown.first();
      String nearest =
          known.entrySet().stream()
              .map(Map.Entry::getKey)
              .filter(name -> distance(name, first) <= 3)
              .findFirst()
              .map(name -> " (did you mean " + name + "?)")
              .orElse("");
      throw new Refused("it does not know the setting " + first + nearest);
    }
  }

  /** How many letters must be inserted, removed or replaced to get from one text to the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }

  private static ServerConfiguration checked(Config pawl) throws Refused {
    boolean trusted = pawl.getBoolean("insecure-network");
    InetAddress address = address("listen.address", pawl.getString("listen.address"), trusted);
    ClusterSettings cluster = cluster(pawl.getConfig("cluster"), address, trusted);
    Database database = database(pawl.getConfig("database"));
    Duration heartbeat = positive(pawl, "lease.heartbeat-interval");
    Duration timeToLive = positive(pawl, "lease.time-to-live");
    if (timeToLive.compareTo(heartbeat.multipliedBy(2)) < 0) {
      throw new Refused("lease.time-to-live must be at least twice lease.heartbeat-interval");
    }
    return new ServerConfiguration(
        address,
        between(pawl, "listen.port", 0, 65_535),
        trusted,
        tokens(pawl.getString("security.tokens-file")),
        cluster,
        metrics(pawl, address, trusted),
        database,
        heartbeat,
        timeToLive,
        positive(pawl, "lease.grace"),
        positive(pawl, "command-timeout"),
        kept(pawl, "audit.retention"),
        new LogsKept(kept(pawl, "logs.retention"), size(pawl, "logs.max-size")));
  }

  private static Optional<Path> tokens(String file) throws Refused {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Path path = Path.of(file);
    if (!Files.isReadable(path)) {
      throw new Refused("security.tokens-file %s is no file that can be read".formatted(file));
    }
    return Optional.of(path);
  }

  private static ClusterSettings cluster(Config cluster, InetAddress listening, boolean trusted)
      throws Refused {
    String named = cluster.getString("address");
    // Whoever reaches it is a member.
    InetAddress address = named.isEmpty() ? listening : address("cluster.address", named, trusted);
    String advertised = cluster.getString("advertised-address");
    if (address.isAnyLocalAddress() && advertised.isEmpty()) {
      throw new Refused(
          "cluster.advertised-address is needed when cluster.address is %s: the address that the other nodes reach this one at"
              .formatted(address.getHostAddress()));
    }
    List<String> seeds = cluster.getStringList("seed-nodes");
    for (String seed : seeds) {
      if (!seed.matches("[^:/@\\s]+:[0-9]{1,5}")) {
        throw new Refused("cluster.seed-nodes are host:port, not '%s'".formatted(seed));
      }
    }
    return new ClusterSettings(
        address.getHostAddress(),
        between(cluster, "port", 0, 65_535),
        advertised,
        between(cluster, "advertised-port", 0, 65_535),
        seeds);
  }

  private static Database database(Config database) throws Refused {
    String url = database.getString("url");
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new Refused("database.url must begin with jdbc:postgresql:");
    }
    if (url.matches(".*[?&](password|user)=.*") || url.matches("jdbc:postgresql://[^/]*@.*")) {
      throw new Refused(
          "database.url must not hold the user or the password: use database.user and"
              + " database.password-file");
    }
    return new Database(
        url,
        database.getString("user"),
        password(database),
        between(database, "journal-connections", 2, MAX_CONNECTIONS),
        between(database, "view-connections", 1, MAX_CONNECTIONS),
        database.getBoolean("require-durability"));
  }

  private static String password(Config database) throws Refused {
    String file = database.getString("password-file");
    if (file.isEmpty()) {
      return database.getString("password");
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new Refused("database.password-file cannot be read: " + e);
    }
  }

  private static Optional<Duration> kept(Config pawl, String setting) throws Refused {
    if (pawl.getString(setting).equals("off")) {
      return Optional.empty();
    }
    Duration kept = pawl.getDuration(setting);
    if (kept.compareTo(Duration.ofDays(1)) < 0 || kept.compareTo(LONGEST_KEPT) > 0) {
      throw new Refused(
          "%s must be off, or %s to %s days, not %s"
              .formatted(setting, 1, LONGEST_KEPT.toDays(), kept));
    }
    return Optional.of(kept);
  }

  private static OptionalLong size(Config pawl, String setting) throws Refused {
    if (pawl.getString(setting).equals("off")) {
      return OptionalLong.empty();
    }
    long bytes = pawl.getBytes(setting);
    if (bytes < LEAST_SIZE) {
      throw new Refused(
          "%s must be off, or at least %d MiB, not %d bytes"
              .formatted(setting, LEAST_SIZE >> 20, bytes));
    }
    return OptionalLong.of(bytes);
  }

  private static Optional<InetSocketAddress> metrics(
      Config pawl, InetAddress listen, boolean trusted) throws Refused {
    String address = pawl.getString("metrics.address");
    if (pawl.getString("metrics.port").equals("off")) {
      return Optional.empty();
    }
    int port = between(pawl, "metrics.port", 0, 65_535);
    if (!address.equals("auto")) {
      return Optional.of(new InetSocketAddress(address("metrics.address", address, trusted), port));
    }
    return Optional.of(
        new InetSocketAddress(
            listen.isLoopbackAddress() ? listen : InetAddress.getLoopbackAddress(), port));
  }

  private static InetAddress address(String setting, String text, boolean trusted) throws Refused {
    InetAddress address;
    try {
      address = InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new Refused("%s '%s' is no address of this machine".formatted(setting, text));
    }
    if (!address.isLoopbackAddress() && !trusted) {
      throw new Refused(
          "%s %s is reachable from the network, and Pawl has no TLS yet; listen on 127.0.0.1, or set insecure-network = true when that network is trusted: without security.tokens-file everybody in it may command Pawl, with it whoever reads the network reads the tokens"
              .formatted(setting, address.getHostAddress()));
    }
    return address;
  }

  private static int between(Config config, String setting, int least, int most) throws Refused {
    int value = config.getInt(setting);
    if (value < least || value > most) {
      throw new Refused("%s must be %d to %d, not %d".formatted(setting, least, most, value));
    }
    return value;
  }

  private static Duration positive(Config config, String setting) throws Refused {
    Duration value = config.getDuration(setting);
    if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new Refused("%s must be above 0 and at most a day, not %s".formatted(setting, value));
    }
    return value;
  }
}
