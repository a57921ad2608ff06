package dev.pawl.api.server;

import dev.pawl.api.access.Tokens;
import dev.pawl.api.access.TokensUnusable;
import dev.pawl.api.access.UndeclaredPermission;
import dev.pawl.api.call.Access;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.definition.ContractPlanReader;
import dev.pawl.api.log.EngineLines;
import dev.pawl.api.log.LogGrpcService;
import dev.pawl.api.page.SealedTokens;
import dev.pawl.api.run.AskedRunObjects;
import dev.pawl.api.run.RunServices;
import dev.pawl.api.server.ServerStartFailed.Reason;
import dev.pawl.api.watch.WatchGrpcService;
import dev.pawl.engine.Engine;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node that serves: the engine, and the gRPC services over it.
 *
 * <p>A node that has lost its membership of the cluster begins anew: the listener stays and refuses
 * calls, the engine ends, and another one joins under a new identity.
 */
public final class PawlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PawlServer.class);

  // With what the engine takes to leave, a node has ended after 15 s.
  private static final Duration DRAIN = Duration.ofSeconds(7);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final ServerSettings settings;
  private final Optional<Tokens> tokens;
  private final NodeServices services;
  private final CurrentNodes nodes;
  private final Telemetry telemetry;
  private final GrpcServer grpc;
  private final Thread keeper =
      Thread.ofPlatform().daemon().name("pawl-node").unstarted(this::keep);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Changed by the keeper alone once it runs. */
  private Engine engine;

  private PawlServer(
      ServerSettings settings,
      Optional<Tokens> tokens,
      NodeServices services,
      CurrentNodes nodes,
      Telemetry telemetry,
      GrpcServer grpc,
      Engine engine) {
    this.settings = settings;
    this.tokens = tokens;
    this.services = services;
    this.nodes = nodes;
    this.telemetry = telemetry;
    this.grpc = grpc;
    this.engine = engine;
  }

  /** Starts a node; it serves when this returns. */
  public static PawlServer start(ServerSettings settings) throws ServerStartFailed {
    guardNetwork(settings, settings.address(), "commands this server");
    if (settings.metrics().isPresent()) {
      guardNetwork(settings, settings.metrics().get().getAddress(), "reads its metrics");
    }
    Optional<Tokens> tokens = tokens(settings);
    Engine engine = startEngine(settings);
    try {
      NodeServices services = new NodeServices();
      serve(settings, tokens, services, engine);
      CurrentNodes nodes = new CurrentNodes(engine.nodes(), services::isClosed);
      return start(settings, tokens, services, nodes, Telemetry.start(settings, nodes), engine);
    } catch (UndeclaredPermission e) {
      engine.close();
      throw new ServerStartFailed(Reason.UNDECLARED_PERMISSION, String.valueOf(e.getMessage()), e);
    } catch (ServerStartFailed | RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }

  private static Optional<Tokens> tokens(ServerSettings settings) throws ServerStartFailed {
    if (settings.tokens().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Tokens.read(settings.tokens().get()));
    } catch (TokensUnusable e) {
      throw new ServerStartFailed(Reason.TOKENS_UNUSABLE, String.valueOf(e.getMessage()), e);
    }
  }

  private static PawlServer start(
      ServerSettings settings,
      Optional<Tokens> tokens,
      NodeServices services,
      CurrentNodes nodes,
      Telemetry telemetry,
      Engine engine)
      throws ServerStartFailed {
    try {
      GrpcServer grpc =
          GrpcServer.start(
              settings.address(),
              settings.port(),
              services,
              tokens,
              telemetry.health(),
              telemetry.calls());
      String address = settings.address().getHostAddress() + ":" + grpc.port();
      telemetry.serving(address);
      LOG.info("serving on {}", address);
      PawlServer server =
          new PawlServer(settings, tokens, services, nodes, telemetry, grpc, engine);
      server.keeper.start();
      return server;
    } catch (IOException e) {
      telemetry.close();
      throw new ServerStartFailed(Reason.ADDRESS_UNUSABLE, addressMessage(settings, e), e);
    } catch (RuntimeException | Error e) {
      telemetry.close();
      throw e;
    }
  }

  private static void guardNetwork(ServerSettings settings, InetAddress address, String then)
      throws ServerStartFailed {
    if (address.isLoopbackAddress()) {
      return;
    }
    if (!settings.insecureNetwork()) {
      throw new ServerStartFailed(
          Reason.INSECURE_NETWORK,
          "there is no TLS yet, so the server does not listen on %s: use"
                  .formatted(address.getHostAddress())
              + " 127.0.0.1, or set insecure-network = true in a network that you trust");
    }
    if (settings.tokens().isPresent()) {
      LOG.warn(
          "listening on {} without TLS: whoever can read the network reads the tokens, too"
              + " (insecure-network = true)",
          address.getHostAddress());
    } else {
      LOG.warn(
          "listening on {} without authentication and TLS: whoever reaches the port {}"
              + " (insecure-network = true)",
          address.getHostAddress(),
          then);
    }
  }

  private static Engine startEngine(ServerSettings settings) throws ServerStartFailed {
    try {
      return Engine.start(
          settings.engine(),
          new ContractPlanReader(),
          RunServices.filters(),
          new EngineLines(),
          InstantSource.system());
    } catch (RuntimeException e) {
      throw new ServerStartFailed(Reason.ENGINE, String.valueOf(e.getMessage()), e);
    }
  }

  private static void serve(
      ServerSettings settings, Optional<Tokens> tokens, NodeServices services, Engine engine) {
    OpenStreams streams = new OpenStreams();
    List<BindableService> made =
        new Services(
                engine.definitions(),
                engine.runs(),
                engine.executions(),
                engine.operations(),
                engine.locks(),
                engine.deletedObjects(),
                engine.feed(),
                engine.views(),
                engine.logs(),
                engine.workers(),
                engine.nodes(),
                engine.audit(),
                engine.contents(),
                engine.plans(),
                new SealedTokens(engine.seal()::seal, engine.seal()::open),
                InstantSource.system(),
                settings.version(),
                settings.mode())
            .make(streams, WatchGrpcService.Pace.USUAL, LogGrpcService.Pace.USUAL);
    services.serve(
        made,
        streams,
        engine.membership()::doubt,
        new Access(
            tokens,
            engine.audit()::record,
            InstantSource.system(),
            new AskedRunObjects(engine.runs(), engine.views())));
  }

  /** Has the node begin anew when its membership is lost. */
  private void keep() {
    try {
      while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        if (engine.membership().lost().toCompletableFuture().isDone()) {
          beginAnew();
        }
      }
    } catch (InterruptedException e) {
      LOG.error("the node is kept no more", e);
    }
  }

  private void beginAnew() throws InterruptedException {
    String because =
        engine.membership().doubt().orElse("this node has lost its membership")
            + ", and it begins anew";
    LOG.warn(because);
    services.close(because);
    engine.close();
    Duration pause = FIRST_PAUSE;
    while (closing.getCount() > 0) {
      try {
        engine = startEngine(settings);
        nodes.follow(engine.nodes());
        serve(settings, tokens, services, engine);
        LOG.info("the node is a member again, and serves");
        return;
      } catch (ServerStartFailed e) {
        LOG.warn("the node cannot begin anew and tries again: {}", e.getMessage());
      }
      if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private static String addressMessage(ServerSettings settings, IOException failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof BindException)) {
      cause = cause.getCause();
    }
    return "cannot listen on %s:%d (%s): stop what listens there, or choose another port"
        .formatted(settings.address().getHostAddress(), settings.port(), cause.getMessage());
  }

  /** The port that it listens on. */
  public int port() {
    return grpc.port();
  }

  /** Where its metrics and health are, over HTTP, if they are anywhere. */
  public Optional<InetSocketAddress> metricsAddress() {
    return telemetry.metricsAddress();
  }

  /** Lets what is under way finish, sends workers and watchers elsewhere, stops the engine. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    closing.countDown();
    grpc.close(DRAIN);
    try {
      keeper.join(DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    telemetry.close();
    if (keeper.isAlive()) {
      LOG.warn("the node was beginning anew and is left to its end with the process");
    } else {
      engine.close();
    }
  }
}
