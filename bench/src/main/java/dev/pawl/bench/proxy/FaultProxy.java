package dev.pawl.bench.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that passes its connections on to another, each as the {@link Rule} of its source says.
 *
 * <p>A source is an IP address. Processes on one machine are told apart when each dials from a
 * loopback address of its own.
 */
public final class FaultProxy implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FaultProxy.class);

  private static final Rule PASS = new Rule.Pass();
  private static final int DIAL_MILLIS = 5_000;
  private static final long ACCEPT_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder reset = new LongAdder();
  private final LongAdder held = new LongAdder();

  // Guarded by this.
  private final Map<InetAddress, Rule> rules = new HashMap<>();
  private final List<Link> links = new ArrayList<>();
  private Rule usual = PASS;
  private boolean closed;

  /**
   * What happened so far.
   *
   * @param accepted connections that came
   * @param refused connections that were reset as they came
   * @param reset connections that stood and were reset
   * @param held times that data or a new connection had to wait for another rule
   */
  public record Counts(long accepted, long refused, long reset, long held) {
    /** What happened since an earlier moment. */
    public Counts since(Counts earlier) {
      return new Counts(
          accepted - earlier.accepted,
          refused - earlier.refused,
          reset - earlier.reset,
          held - earlier.held);
    }

    /** What happened here and elsewhere. */
    public Counts plus(Counts other) {
      return new Counts(
          accepted + other.accepted,
          refused + other.refused,
          reset + other.reset,
          held + other.held);
    }

    /** How often a rule other than passing on met somebody. */
    public long bites() {
      return refused + reset + held;
    }
  }

  private FaultProxy(ServerSocket listener, InetSocketAddress target) {
    this.listener = listener;
    this.target = target;
  }

  /**
   * Begins to listen and to pass on.
   *
   * @param listen port 0 takes a free one
   */
  public static FaultProxy start(InetSocketAddress listen, InetSocketAddress target)
      throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(listen, 256);
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
    FaultProxy proxy = new FaultProxy(listener, target);
    Thread.ofVirtual().name("proxy-" + listener.getLocalPort()).start(proxy::accept);
    return proxy;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  /** As {@code host:port}. */
  public String hostAndPort() {
    return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
  }

  /** Says how sources are served that have no rule of their own. */
  public synchronized void rule(Rule rule) {
    usual = rule;
    changed();
  }

  /** Says how one source is served, whatever is said of the others. */
  public synchronized void rule(InetAddress source, Rule rule) {
    rules.put(source, rule);
    changed();
  }

  /** Has one source served like all that have no rule of their own. */
  public synchronized void forget(InetAddress source) {
    rules.remove(source);
    changed();
  }

  /** Passes on everything for everybody again. */
  public synchronized void heal() {
    usual = PASS;
    rules.clear();
    changed();
  }

  /** Resets every connection that stands; new ones are served as ever. */
  public synchronized void resetAll() {
    List.copyOf(links).forEach(this::resetByRule);
  }

  public Counts counts() {
    return new Counts(accepted.sum(), refused.sum(), reset.sum(), held.sum());
  }

  /** How many connections stand. */
  public synchronized int open() {
    return links.size();
  }

  /** Guarded by this. */
  private void changed() {
    for (Link link : List.copyOf(links)) {
      if (ruleOf(link.source) instanceof Rule.Cut) {
        resetByRule(link);
      }
    }
    notifyAll();
  }

  private void resetByRule(Link link) {
    reset.increment();
    link.reset();
  }

  private synchronized Rule ruleOf(InetAddress source) {
    return rules.getOrDefault(source, usual);
  }

  private void accept() {
    while (true) {
      Socket client;
      try {
        client = listener.accept();
      } catch (IOException e) {
        synchronized (this) {
          if (closed) {
            return;
          }
        }
        // Such as too many open files: connections in the backlog are looked at again in a moment.
        log.warn("{} cannot accept a connection", hostAndPort(), e);
        LockSupport.parkNanos(ACCEPT_AGAIN_NANOS);
        continue;
      }
      accepted.increment();
      Thread.ofVirtual().name("proxy-link").start(() -> serve(client));
    }
  }

  private void serve(Socket client) {
    InetAddress source = client.getInetAddress();
    if (ruleOf(source) instanceof Rule.Cut) {
      refused.increment();
      Sockets.reset(client);
      return;
    }
    Link link = new Link(source, client);
    synchronized (this) {
      if (closed) {
        Sockets.reset(client);
        return;
      }
      links.add(link);
    }
    try {
      passes(link);
      link.connect(target, DIAL_MILLIS);
      Thread back =
          Thread.ofVirtual().name("proxy-back").start(() -> pump(link, link.target(), client));
      pump(link, client, link.target());
      back.join();
    } catch (IOException e) {
      log.debug("{} cannot reach {}", hostAndPort(), target, e);
      link.reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      link.reset();
    } finally {
      link.close();
      synchronized (this) {
        links.remove(link);
      }
    }
  }

  private void pump(Link link, Socket from, Socket to) {
    byte[] piece = new byte[16 << 10];
    try {
      while (true) {
        int length = from.getInputStream().read(piece);
        passes(link);
        if (length < 0) {
          to.shutdownOutput();
          return;
        }
        to.getOutputStream().write(piece, 0, length);
      }
    } catch (IOException e) {
      log.trace("a connection of {} through {} broke", link.source, hostAndPort(), e);
      link.reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      link.reset();
    }
  }

  /** Waits until what a link has to pass on may go. */
  private void passes(Link link) throws IOException, InterruptedException {
    Rule rule;
    synchronized (this) {
      rule = ruleOf(link.source);
      if (rule instanceof Rule.Blackhole) {
        held.increment();
      }
      while (rule instanceof Rule.Blackhole && !closed && !link.broken()) {
        wait();
        rule = ruleOf(link.source);
      }
      if (closed || link.broken() || rule instanceof Rule.Cut) {
        throw new SocketException("cut");
      }
    }
    if (rule instanceof Rule.Delay(var by)) {
      Thread.sleep(by);
    }
  }

  /** Stops listening and resets what stands. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      List.copyOf(links).forEach(Link::reset);
      notifyAll();
    }
    try {
      listener.close();
    } catch (IOException e) {
      log.warn("cannot close {}", hostAndPort(), e);
    }
  }

  /** One connection: the client's side and ours to the target. */
  private static final class Link {
    private final InetAddress source;
    private final Socket client;
    private final Socket target = new Socket();
    private volatile boolean broken;

    Link(InetAddress source, Socket client) {
      this.source = source;
      this.client = client;
    }

    void connect(InetSocketAddress address, int millis) throws IOException {
      client.setTcpNoDelay(true);
      target.connect(address, millis);
      target.setTcpNoDelay(true);
    }

    Socket target() {
      return target;
    }

    boolean broken() {
      return broken;
    }

    void reset() {
      broken = true;
      Sockets.reset(client);
      Sockets.reset(target);
    }

    void close() {
      Sockets.close(client);
      Sockets.close(target);
    }
  }

  /** Endings of sockets, whose failures say only that they ended before. */
  private static final class Sockets {
    private Sockets() {}

    static void reset(Socket socket) {
      try {
        // Makes the close a RST instead of a FIN.
        socket.setSoLinger(true, 0);
      } catch (SocketException e) {
        log.trace("a socket was closed already", e);
      }
      close(socket);
    }

    static void close(Socket socket) {
      try {
        socket.close();
      } catch (IOException e) {
        log.trace("a socket broke while it was closed", e);
      }
    }
  }
}
