package dev.pawl.worker;

import dev.pawl.client.PawlChannels;
import dev.pawl.client.ServerAddress;
import dev.pawl.worker.log.LogLimits;
import io.grpc.CallCredentials;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Who a worker is, what it can do and where its servers are.
 *
 * @param addresses {@code host:port} of one or more equal servers; it begins at any and goes on in
 *     turn
 * @param channels makes a channel to one of the addresses
 * @param workerId a name, stable over restarts and unique in the group
 * @param group whose work it takes
 * @param slots how many pieces of work at once, 1 to 10,000
 * @param labels for placement and for people
 * @param handlers what tasks of kind {@code java} may name
 * @param shell whether it runs scripts
 * @param http whether it sends requests
 * @param workDirectory where scripts get their directories
 * @param environment the worker's; a script sees a few variables of it
 * @param logLimits how much log it takes and keeps
 * @param version of the program, for people
 * @param clock gives log lines their time
 */
public record WorkerOptions(
    List<String> addresses,
    Function<String, ManagedChannel> channels,
    String workerId,
    String group,
    int slots,
    Map<String, String> labels,
    Map<String, Handler> handlers,
    boolean shell,
    boolean http,
    Path workDirectory,
    Map<String, String> environment,
    LogLimits logLimits,
    String version,
    InstantSource clock) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final int MAX_INBOUND_BYTES = 8 << 20;

  public WorkerOptions {
    addresses = List.copyOf(addresses);
    labels = Map.copyOf(labels);
    handlers = Map.copyOf(handlers);
    environment = Map.copyOf(environment);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("a worker needs the address of at least one server");
    }
    requireName("worker id", workerId);
    requireName("group", group);
    if (slots < 1 || slots > 10_000) {
      throw new IllegalArgumentException("slots must be 1 to 10,000 but are " + slots);
    }
  }

  /** A channel as workers want it: it notices within 15 s that its peer is gone. */
  public static ManagedChannel channel(String address, ChannelCredentials credentials) {
    return builder(address, credentials).build();
  }

  private static ManagedChannelBuilder<?> builder(String address, ChannelCredentials credentials) {
    return Grpc.newChannelBuilder(address, credentials)
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .maxInboundMessageSize(MAX_INBOUND_BYTES)
        .disableRetry();
  }

  private static void requireName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s must match %s but is \"%s\"".formatted(what, NAME.pattern(), name));
    }
  }

  /** Collects the options of a worker; all but the addresses and the worker id have defaults. */
  public static final class Builder {
    private List<String> addresses = List.of();
    private Function<String, ManagedChannel> channels =
        address -> channel(address, InsecureChannelCredentials.create());
    private String workerId = "";
    private String group = "default";
    private int slots = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    private Map<String, String> labels = Map.of();
    private final Map<String, Handler> handlers = new LinkedHashMap<>();
    private boolean shell = true;
    private boolean http = true;
    private Path workDirectory = Path.of(System.getProperty("java.io.tmpdir"));
    private Map<String, String> environment = System.getenv();
    private LogLimits logLimits = LogLimits.DEFAULT;
    private String version = "";
    private InstantSource clock = InstantSource.system();

    Builder() {}

    /** {@code host:port} of one or more equal servers. */
    public Builder addresses(List<String> given) {
      return servers(given.stream().map(ServerAddress::parse).toList());
    }

    /** {@code host:port} of the server, or of several, with commas between them. */
    public Builder address(String given) {
      return servers(ServerAddress.parseAll(given));
    }

    /** One or more equal servers. */
    public Builder servers(List<ServerAddress> given) {
      addresses = given.stream().map(ServerAddress::toString).distinct().toList();
      return this;
    }

    /** What channels are secured with; nothing unless said. */
    public Builder credentials(ChannelCredentials given) {
      return channels(address -> channel(address, given));
    }

    /** Says who the worker is, such as {@link dev.pawl.client.BearerToken}; without TLS. */
    public Builder token(CallCredentials given) {
      return channels(
          address ->
              builder(address, InsecureChannelCredentials.create())
                  .intercept(PawlChannels.sending(given))
                  .build());
    }

    /** Makes a channel to an address; the worker shuts it down. */
    public Builder channels(Function<String, ManagedChannel> given) {
      channels = given;
      return this;
    }

    /** A name, stable over restarts and unique in the group. */
    public Builder workerId(String given) {
      workerId = given;
      return this;
    }

    /** Whose work is taken; {@code default} unless said. */
    public Builder group(String given) {
      group = given;
      return this;
    }

    /** How many pieces of work at once; twice the processors, 4 at least, unless said. */
    public Builder slots(int given) {
      slots = given;
      return this;
    }

    /** For placement and for people. */
    public Builder labels(Map<String, String> given) {
      labels = given;
      return this;
    }

    /** Lets tasks of kind {@code java} name a handler. */
    public Builder handler(String name, Handler handler) {
      if (handlers.putIfAbsent(name, handler) != null) {
        throw new IllegalArgumentException("there is a handler \"" + name + "\" already");
      }
      return this;
    }

    /** Takes no scripts: only what its program registered, requests and no-ops. */
    public Builder withoutShell() {
      shell = false;
      return this;
    }

    /** Sends no requests. */
    public Builder withoutHttp() {
      http = false;
      return this;
    }

    /** Where scripts get their directories; the system's temporary directory unless said. */
    public Builder workDirectory(Path given) {
      workDirectory = given;
      return this;
    }

    /** The environment of which scripts see a few variables; the process's unless said. */
    public Builder environment(Map<String, String> given) {
      environment = given;
      return this;
    }

    /** How much log is taken and kept. */
    public Builder logLimits(LogLimits given) {
      logLimits = given;
      return this;
    }

    /** The version of the program, for people. */
    public Builder version(String given) {
      version = given;
      return this;
    }

    /** Gives log lines their time. */
    public Builder clock(InstantSource given) {
      clock = given;
      return this;
    }

    /** The options, checked. */
    public WorkerOptions options() {
      return new WorkerOptions(
          addresses,
          channels,
          workerId,
          group,
          slots,
          labels,
          handlers,
          shell,
          http,
          workDirectory,
          environment,
          logLimits,
          version,
          clock);
    }

    /** A worker with these options, not started. */
    public Worker build() {
      return new Worker(options());
    }
  }
}
