package dev.pawl.api.server;

import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.definition.ContractPlanReader;
import dev.pawl.api.log.LogGrpcService;
import dev.pawl.api.page.SealedTokens;
import dev.pawl.api.server.ServerStartFailed.Reason;
import dev.pawl.api.watch.WatchGrpcService;
import dev.pawl.engine.Engine;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node that serves: the engine, and the gRPC services over it. */
public final class PawlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PawlServer.class);
  private static final Duration DRAIN = Duration.ofSeconds(15);

  private final Engine engine;
  private final GrpcServer grpc;
  private final AtomicBoolean closed = new AtomicBoolean();

  private PawlServer(Engine engine, GrpcServer grpc) {
    this.engine = engine;
    this.grpc = grpc;
  }

  /** Starts a node; it serves when this returns. */
  public static PawlServer start(ServerSettings settings) throws ServerStartFailed {
    guardNetwork(settings);
    Engine engine = startEngine(settings);
    try {
      OpenStreams streams = new OpenStreams();
      GrpcServer grpc =
          GrpcServer.start(
              settings.address(), settings.port(), services(settings, engine, streams), streams);
      LOG.info("serving on {}:{}", settings.address().getHostAddress(), grpc.port());
      return new PawlServer(engine, grpc);
    } catch (IOException e) {
      engine.close();
      throw new ServerStartFailed(Reason.ADDRESS_UNUSABLE, addressMessage(settings, e), e);
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }

  private static void guardNetwork(ServerSettings settings) throws ServerStartFailed {
    InetAddress address = settings.address();
    if (address.isLoopbackAddress()) {
      return;
    }
    if (!settings.insecureNetwork()) {
      throw new ServerStartFailed(
          Reason.INSECURE_NETWORK,
          "there is neither authentication nor TLS yet, so the server does not listen on %s: use"
                  .formatted(address.getHostAddress())
              + " 127.0.0.1, or set insecure-network = true in a network that you trust");
    }
    LOG.warn(
        "listening on {} without authentication and TLS: whoever reaches the port commands this"
            + " server (insecure-network = true)",
        address.getHostAddress());
  }

  private static Engine startEngine(ServerSettings settings) throws ServerStartFailed {
    try {
      return Engine.start(settings.engine(), new ContractPlanReader(), InstantSource.system());
    } catch (RuntimeException e) {
      throw new ServerStartFailed(Reason.ENGINE, String.valueOf(e.getMessage()), e);
    }
  }

  private static List<BindableService> services(
      ServerSettings settings, Engine engine, OpenStreams streams) {
    return new Services(
            engine.definitions(),
            engine.runs(),
            engine.executions(),
            engine.feed(),
            engine.views(),
            engine.logs(),
            engine.workers(),
            engine.contents(),
            engine.plans(),
            new SealedTokens(engine.seal()::seal, engine.seal()::open),
            InstantSource.system(),
            settings.version(),
            settings.mode())
        .make(streams, WatchGrpcService.Pace.USUAL, LogGrpcService.Pace.USUAL);
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

  /** Lets what is under way finish, sends workers and watchers elsewhere, stops the engine. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    grpc.close(DRAIN);
    engine.close();
  }
}
