package dev.pawl.api.health;

import dev.pawl.engine.node.Condition;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What gRPC's health service says of a node: looks twice a second how the node is, and tells what
 * has changed, in the log, too.
 *
 * <p>The node as a whole has the empty name; every service of the node is as the node is; the
 * components have names of their own.
 */
public final class NodeHealth implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeHealth.class);
  private static final Duration EVERY = Duration.ofMillis(500);

  private final Supplier<Condition> condition;
  private final HealthStatusManager manager = new HealthStatusManager();
  private final Thread thread = Thread.ofVirtual().name("pawl-health").unstarted(this::watch);
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock.
  private final List<String> services = new ArrayList<>();
  private Phase phase = Phase.STARTING;
  private Optional<Troubles> told = Optional.empty();
  private volatile boolean closed;

  private NodeHealth(Supplier<Condition> condition) {
    this.condition = condition;
  }

  /**
   * Looks from now on.
   *
   * @param condition does not block
   */
  public static NodeHealth start(Supplier<Condition> condition) {
    NodeHealth health = new NodeHealth(condition);
    health.manager.setStatus("", ServingStatus.NOT_SERVING);
    health.thread.start();
    return health;
  }

  /** The health service. */
  public BindableService service() {
    return manager.getHealthService();
  }

  /** A service that is as well as the node is. */
  public void cover(String service) {
    lock.lock();
    try {
      services.add(service);
      manager.setStatus(service, ServingStatus.NOT_SERVING);
    } finally {
      lock.unlock();
    }
  }

  /** The node listens: it serves, if nothing else is in the way. */
  public void serving() {
    lock.lock();
    try {
      phase = Phase.SERVING;
      look();
    } finally {
      lock.unlock();
    }
  }

  /** The node is leaving: nothing of it serves any more. */
  public void leave() {
    lock.lock();
    try {
      phase = Phase.LEAVING;
    } finally {
      lock.unlock();
    }
    manager.enterTerminalState();
  }

  /** What is wrong with the node now. */
  public Troubles troubles() {
    lock.lock();
    try {
      return Troubles.of(phase, condition.get());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    while (!closed) {
      LockSupport.parkNanos(EVERY.toNanos());
      lock.lock();
      try {
        if (phase == Phase.SERVING) {
          look();
        }
      } catch (RuntimeException e) {
        LOG.error("how this node is cannot be told; trying again", e);
      } finally {
        lock.unlock();
      }
    }
  }

  private void look() {
    Troubles now = Troubles.of(phase, condition.get());
    for (Component component : Component.values()) {
      boolean unwell = now.has(component);
      if (told.isEmpty() || told.get().has(component) != unwell) {
        set(component, unwell ? ServingStatus.NOT_SERVING : ServingStatus.SERVING);
        String what = component == Component.NODE ? "this node" : "its " + component.service();
        if (unwell) {
          LOG.warn("{} is not well: {}", what, now.byComponent().get(component));
        } else if (told.isPresent()) {
          LOG.info("{} is well again", what);
        }
      }
    }
    told = Optional.of(now);
  }

  private void set(Component component, ServingStatus status) {
    manager.setStatus(component.service(), status);
    if (component == Component.NODE) {
      services.forEach(service -> manager.setStatus(service, status));
    }
  }
}
