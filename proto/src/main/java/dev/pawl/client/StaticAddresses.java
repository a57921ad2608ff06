package dev.pawl.client;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code pawl:///host:port,host:port}: a list of servers that the caller knows.
 *
 * <p>A host with several addresses of one family stands for several servers, as the name of a group
 * of containers does; one with an IPv4 and an IPv6 address is one server.
 */
final class StaticAddresses extends NameResolverProvider {
  private static final String SCHEME = "pawl";

  static {
    NameResolverRegistry.getDefaultRegistry().register(new StaticAddresses());
  }

  private StaticAddresses() {}

  static String target(List<ServerAddress> addresses) {
    return addresses.stream()
        .map(ServerAddress::toString)
        .map(address -> address.replace("%", "%25").replace("[", "%5B").replace("]", "%5D"))
        .collect(Collectors.joining(",", SCHEME + ":///", ""));
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    if (!SCHEME.equals(target.getScheme())) {
      return null;
    }
    List<ServerAddress> addresses = ServerAddress.parseAll(target.getPath().substring(1));
    Executor executor = args.getOffloadExecutor();
    return new Resolver(
        addresses, executor == null ? Runnable::run : executor, args.getSynchronizationContext());
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5;
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return List.of(InetSocketAddress.class);
  }

  /** The servers behind one name, each with all of its addresses. */
  static List<EquivalentAddressGroup> servers(InetAddress[] ips, int port) {
    Class<?> family = ips[0].getClass();
    List<SocketAddress> all = new ArrayList<>();
    List<EquivalentAddressGroup> ofFamily = new ArrayList<>();
    for (InetAddress ip : ips) {
      SocketAddress socket = new InetSocketAddress(ip, port);
      all.add(socket);
      if (ip.getClass().equals(family)) {
        ofFamily.add(new EquivalentAddressGroup(socket));
      }
    }
    return ofFamily.size() == 1 ? List.of(new EquivalentAddressGroup(all)) : ofFamily;
  }

  private static final class Resolver extends NameResolver {
    private final List<ServerAddress> addresses;
    private final Executor executor;
    private final SynchronizationContext context;
    private final AtomicBoolean resolving = new AtomicBoolean();
    private @Nullable Listener2 listener;

    Resolver(List<ServerAddress> addresses, Executor executor, SynchronizationContext context) {
      this.addresses = addresses;
      this.executor = executor;
      this.context = context;
    }

    @Override
    public String getServiceAuthority() {
      return addresses.get(0).toString();
    }

    @Override
    public void start(Listener2 listener) {
      this.listener = listener;
      refresh();
    }

    @Override
    public void refresh() {
      Listener2 current = listener;
      // A slow name service must not be asked again meanwhile.
      if (current != null && resolving.compareAndSet(false, true)) {
        executor.execute(
            () -> {
              try {
                ResolutionResult result = resolve();
                context.execute(() -> current.onResult2(result));
              } finally {
                resolving.set(false);
              }
            });
      }
    }

    private ResolutionResult resolve() {
      List<EquivalentAddressGroup> found = new ArrayList<>();
      List<String> unknown = new ArrayList<>();
      for (ServerAddress address : addresses) {
        try {
          found.addAll(servers(InetAddress.getAllByName(address.host()), address.port()));
        } catch (UnknownHostException e) {
          unknown.add(address.host());
        }
      }
      StatusOr<List<EquivalentAddressGroup>> answer =
          found.isEmpty()
              ? StatusOr.fromStatus(
                  Status.UNAVAILABLE.withDescription("no such host: " + String.join(", ", unknown)))
              : StatusOr.fromValue(found);
      return ResolutionResult.newBuilder().setAddressesOrError(answer).build();
    }

    @Override
    public void shutdown() {
      listener = null;
    }
  }
}
