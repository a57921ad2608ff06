package dev.pawl.worker.session;

import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.Drain;
import dev.pawl.v1.Heartbeat;
import dev.pawl.v1.Hello;
import dev.pawl.v1.Lease;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.Welcome;
import dev.pawl.v1.WorkerServiceGrpc;
import dev.pawl.worker.log.LogPusher;
import dev.pawl.worker.time.Durations;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream to a server open: connects, says hello, beats, and after a break does so again
 * at the next address. What is repeated over a break lives in {@link Leases} and {@link LogPusher}.
 *
 * <p>It begins at any of the addresses, so that the workers of a group spread over the nodes. When
 * a session is over, each of the others is tried at once; when none is there, pauses grow between
 * tries.
 */
public final class Session implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final Duration WELCOME_WITHIN = Duration.ofSeconds(10);
  // A server that welcomes and lets go again and again is not dialled without a pause.
  private static final long PROVEN = TimeUnit.SECONDS.toNanos(5);
  private static final Duration TICK = Duration.ofMillis(250);
  private static final long FIRST_BACKOFF_MILLIS = 100;
  private static final long MAX_BACKOFF_MILLIS = 5_000;
  private static final long COMPLAIN_EVERY = TimeUnit.MINUTES.toNanos(1);
  // A peer that vanished without a word is noticed by HTTP/2 keepalive only after 10 s + 5 s.
  private static final long UNNOTICED = TimeUnit.SECONDS.toNanos(15);
  private static final int MAX_SPEC_BYTES = 64 << 20;

  private final SessionSettings settings;
  private final Leases leases;
  private final LogPusher logs;
  private final ScheduledExecutorService timer;
  private final String incarnation = UUID.randomUUID().toString();
  private final CompletableFuture<Void> connectedOnce = new CompletableFuture<>();

  // Guarded by this.
  private @Nullable Connection connection;
  private int nextAddress = ThreadLocalRandom.current().nextInt(1 << 16);
  private int failures;
  private boolean draining;
  private boolean closed;
  private long complainedAt = System.nanoTime() - COMPLAIN_EVERY;
  private volatile String lastFailure = "";

  /** A session that is not begun yet. */
  public Session(
      SessionSettings settings, Leases leases, LogPusher logs, ScheduledExecutorService timer) {
    this.settings = settings;
    this.leases = leases;
    this.logs = logs;
    this.timer = timer;
  }

  /** Begins to connect. */
  public void start() {
    repeat(leases::tick, TICK);
    connect();
  }

  /** Completes with the first welcome; fails when a server says that none will ever come. */
  public CompletableFuture<Void> connectedOnce() {
    return connectedOnce.copy();
  }

  /** Whether a server has welcomed this worker and the stream is up. */
  public synchronized boolean isConnected() {
    return connection != null && connection.welcomed;
  }

  /** Why the last attempt to connect failed; empty when none did. */
  public String lastFailure() {
    return lastFailure;
  }

  /**
   * Waits until a server says that no lease is on its way, for so long at most: one that comes
   * after this worker went would be lost until its time to live is over.
   */
  public synchronized boolean awaitDrained(Duration time) throws InterruptedException {
    if (!connectedOnce.isDone()) {
      return true;
    }
    long deadline = System.nanoTime() + time.toNanos();
    while (connection == null || !connection.drained) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0 || closed) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Asks for no more leases, now and after each reconnect. */
  public void drain() {
    Connection current;
    synchronized (this) {
      draining = true;
      current = connection;
    }
    if (current != null && current.welcomed) {
      current.send(DRAIN);
    }
  }

  @Override
  public void close() {
    Connection current;
    synchronized (this) {
      closed = true;
      current = connection;
      connection = null;
    }
    logs.disconnected();
    if (current != null) {
      leases.disconnected(current);
      current.end();
      current.awaitEnd();
    }
  }

  private static final ConnectRequest DRAIN =
      ConnectRequest.newBuilder().setDrain(Drain.getDefaultInstance()).build();
  private static final ConnectRequest HEARTBEAT =
      ConnectRequest.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

  private void connect() {
    Connection next;
    synchronized (this) {
      if (closed || connection != null) {
        return;
      }
      String address = settings.addresses().get(nextAddress++ % settings.addresses().size());
      next = new Connection(address, settings.channels().apply(address));
      connection = next;
    }
    next.open();
  }

  private void broken(Connection which, Status status) {
    long delay;
    synchronized (this) {
      if (connection != which) {
        return;
      }
      connection = null;
      failures = which.wasProven() ? 0 : failures + 1;
      delay = pauseAfter(failures, settings.addresses().size());
      complain(which, status);
    }
    leases.disconnected(which);
    if (which.welcomed) {
      String description = status.getDescription();
      if (description != null && description.contains("Keepalive")) {
        leases.renewedAtMost(System.nanoTime() - UNNOTICED);
      }
    }
    logs.disconnected();
    which.end();
    later(this::connect, Duration.ofMillis(delay));
  }

  /** None until every address was tried, then longer each time. */
  private static long pauseAfter(int failures, int addresses) {
    if (failures < addresses) {
      return 0;
    }
    int pauses = Math.min(failures - addresses + 1, 10);
    long most = Math.min(MAX_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << pauses);
    return ThreadLocalRandom.current().nextLong(most / 2, most);
  }

  private void complain(Connection which, Status status) {
    String shown =
        "%s%s"
            .formatted(
                status.getCode(),
                status.getDescription() == null ? "" : ": " + status.getDescription());
    lastFailure = which.address + ": " + shown;
    switch (status.getCode()) {
      case INVALID_ARGUMENT, UNIMPLEMENTED, UNAUTHENTICATED, PERMISSION_DENIED ->
          connectedOnce.completeExceptionally(new NeverWelcome(lastFailure));
      default -> {}
    }
    long now = System.nanoTime();
    if (which.welcomed || now - complainedAt >= COMPLAIN_EVERY) {
      complainedAt = now;
      if (status.getCode() == Status.Code.ALREADY_EXISTS) {
        log.warn(
            "Worker {} is refused by {}: another live process has this worker id; trying on, since"
                + " a killed one is forgotten after its leases",
            settings.workerId(),
            which.address);
      } else if (which.welcomed) {
        log.info("The session with {} ended ({}); connecting again", which.address, shown);
      } else {
        log.warn("No session with {} ({}); trying on", which.address, shown);
      }
    }
  }

  private void later(Runnable task, Duration delay) {
    try {
      timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("The worker is closed; nothing is connected again");
    }
  }

  private Future<?> repeat(Runnable task, Duration interval) {
    return timer.scheduleWithFixedDelay(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            log.error("A periodic duty of the worker failed; it is tried again", e);
          }
        },
        interval.toMillis(),
        interval.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** One stream over one channel. */
  private final class Connection implements Outbox, StreamObserver<ConnectResponse> {
    private final String address;
    private final ManagedChannel channel;
    private final Map<String, LeaseSpec> specs = new ConcurrentHashMap<>();
    private final Object sending = new Object();
    private @Nullable StreamObserver<ConnectRequest> requests;
    private int specBytes;
    private long helloSentAt;
    // Guarded by the session.
    private long welcomedAt;
    // Guarded by the session.
    private boolean drained;
    private volatile boolean welcomed;
    private volatile boolean ended;
    private volatile @Nullable Future<?> beats;

    Connection(String address, ManagedChannel channel) {
      this.address = address;
      this.channel = channel;
    }

    void open() {
      Hello hello =
          Hello.newBuilder()
              .setWorkerId(settings.workerId())
              .setIncarnation(incarnation)
              .setGroup(settings.group())
              .setSlots(settings.slots())
              .putAllLabels(settings.labels())
              .addAllHeld(leases.held())
              .setVersion(settings.version())
              .build();
      helloSentAt = System.nanoTime();
      synchronized (sending) {
        requests = WorkerServiceGrpc.newStub(channel).connect(this);
      }
      send(ConnectRequest.newBuilder().setHello(hello).build());
      // A machine that is gone or a process that is stopped answers nothing at all.
      later(
          () -> {
            if (!welcomed && channel.getState(false) != ConnectivityState.READY) {
              broken(this, Status.UNAVAILABLE.withDescription("no connection within 5 s"));
            }
          },
          CONNECT_WITHIN);
      later(
          () -> {
            if (!welcomed) {
              broken(this, Status.DEADLINE_EXCEEDED.withDescription("no welcome within 10 s"));
            }
          },
          WELCOME_WITHIN);
    }

    /** Whether it was worth its connection; to be asked while the session is locked. */
    private boolean wasProven() {
      return welcomed && System.nanoTime() - welcomedAt > PROVEN;
    }

    @Override
    public void send(ConnectRequest request) {
      synchronized (sending) {
        if (requests == null || ended) {
          return;
        }
        try {
          requests.onNext(request);
        } catch (IllegalStateException e) {
          log.debug(
              "The session with {} had just ended; what was to be sent is repeated", address, e);
        }
      }
    }

    void end() {
      Future<?> beating = beats;
      if (beating != null) {
        beating.cancel(false);
      }
      synchronized (sending) {
        ended = true;
        if (requests != null) {
          try {
            requests.onCompleted();
          } catch (IllegalStateException e) {
            log.trace("The session with {} was over already", address, e);
          }
        }
      }
      channel.shutdown();
      later(channel::shutdownNow, Duration.ofSeconds(1));
    }

    /** Gives the server a moment to see the stream end, then closes the channel in any case. */
    void awaitEnd() {
      try {
        if (!channel.awaitTermination(1, TimeUnit.SECONDS)) {
          log.debug("{} does not end the session; the channel is closed", address);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        channel.shutdownNow();
      }
    }

    @Override
    public void onNext(ConnectResponse response) {
      if (ended) {
        return;
      }
      switch (response.getMessageCase()) {
        case WELCOME -> welcome(response.getWelcome());
        case LEASE -> lease(response.getLease());
        case REPORT_ACK -> leases.acknowledged(response.getReportAck());
        case STOP -> leases.stop(response.getStop());
        case DRAINED -> drained();
        case RECONNECT -> broken(this, Status.UNAVAILABLE.withDescription("the node is leaving"));
        case MESSAGE_NOT_SET ->
            log.debug("{} sent a message that this worker is too old for", address);
      }
    }

    @Override
    public void onError(Throwable error) {
      broken(this, Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      broken(this, Status.UNAVAILABLE.withDescription("the server closed the stream"));
    }

    private void welcome(Welcome welcome) {
      if (welcomed) {
        return;
      }
      boolean drain;
      synchronized (Session.this) {
        if (connection != this) {
          return;
        }
        welcomed = true;
        welcomedAt = System.nanoTime();
        drain = draining;
      }
      log.info(
          "Worker {} of group {} connected to {}", settings.workerId(), settings.group(), address);
      connectedOnce.complete(null);
      leases.connected(this, helloSentAt, Durations.toJava(welcome.getLeaseTimeToLive()));
      logs.connected(channel);
      if (drain) {
        send(DRAIN);
      }
      Duration interval = Durations.toJava(welcome.getHeartbeatInterval());
      if (interval.toMillis() <= 0) {
        interval = Duration.ofSeconds(10);
      }
      try {
        beats = repeat(this::beat, interval);
      } catch (RejectedExecutionException e) {
        log.debug("The worker was closed while it connected");
      }
      if (ended) {
        end();
      }
    }

    private void drained() {
      synchronized (Session.this) {
        drained = true;
        Session.this.notifyAll();
      }
    }

    private void beat() {
      if (!ended) {
        // A lease that lapsed while this process did not run must be seen before it is renewed.
        leases.tick();
        long now = System.nanoTime();
        send(HEARTBEAT);
        leases.renewed(now);
      }
    }

    private void lease(Lease lease) {
      LeaseSpec spec = lease.hasSpec() ? lease.getSpec() : specs.get(lease.getSpecId());
      if (spec == null) {
        broken(
            this,
            Status.INTERNAL.withDescription(
                "a lease named a spec that this session was not told: " + lease.getSpecId()));
        return;
      }
      if (lease.hasSpec() && specs.put(lease.getSpecId(), spec) == null) {
        specBytes += spec.getSerializedSize();
      }
      synchronized (Session.this) {
        // Once the next stream says hello, this one must not add to what is held.
        if (connection != this) {
          return;
        }
        leases.offer(lease.hasSpec() ? lease.toBuilder().clearSpec().build() : lease, spec);
      }
      if (specBytes > MAX_SPEC_BYTES) {
        broken(this, Status.UNAVAILABLE.withDescription("making room for other specs"));
      }
    }
  }
}
