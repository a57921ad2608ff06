package dev.pawl.bench.chaos.client;

import dev.pawl.bench.chaos.life.Occupation;
import dev.pawl.bench.chaos.program.Dice;
import dev.pawl.bench.chaos.program.Program;
import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.Watch.End;
import dev.pawl.bench.history.Watch.From;
import dev.pawl.bench.history.Watch.Mode;
import dev.pawl.bench.history.source.WatchedFacts;
import dev.pawl.client.PawlChannels;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.Event;
import dev.pawl.v1.Now;
import dev.pawl.v1.Snapshot;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Watches the project on one node after the other: whatever ends a stream, the next one goes on
 * with the cursor of the last message.
 */
public final class Subscriber implements AutoCloseable {
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);
  private static final Duration RECONNECT_AFTER = Duration.ofMillis(400);

  private final String name;
  private final Plan plan;
  private final List<NodeAddress> nodes;
  private final Recorder recorder;
  private final Dice dice;
  private final Consumer<Event> listener;
  private final Occupation reading;
  private final Occupation restlessness;

  private volatile boolean settled;
  private volatile boolean kicked;
  private volatile Context.@Nullable CancellableContext open;

  // Guarded by this.
  private final Map<String, Long> last = new HashMap<>();
  private String cursor = "";
  private boolean connected;
  private int streams;
  private long broken;

  /**
   * How it watches.
   *
   * @param kinds of entities; all when empty
   * @param restMillis after about so long it ends its stream and goes on elsewhere; 0 for never
   */
  public record Plan(From from, Set<EntityKind> kinds, int restMillis) {
    public Plan {
      kinds = Set.copyOf(kinds);
    }

    private Set<String> words() {
      return kinds.stream()
          .map(kind -> kind.name().replace("ENTITY_KIND_", "").toLowerCase(Locale.ROOT))
          .collect(Collectors.toSet());
    }

    private boolean covers(String entity) {
      return kinds.isEmpty() || words().contains(entity.substring(0, entity.indexOf('|')));
    }
  }

  /**
   * @param listener is told of every event, after it is written down
   */
  public Subscriber(
      String name,
      Plan plan,
      List<NodeAddress> nodes,
      Recorder recorder,
      Dice dice,
      Consumer<Event> listener) {
    this.name = name;
    this.plan = plan;
    this.nodes = List.copyOf(nodes);
    this.recorder = recorder;
    this.dice = dice;
    this.listener = listener;
    this.reading = new Occupation(name, this::read);
    this.restlessness = new Occupation(name + "-rest", this::rest);
  }

  public void start() {
    reading.start();
    if (plan.restMillis() > 0) {
      restlessness.start();
    }
  }

  private void rest() throws InterruptedException {
    while (restlessness.rest(
        Duration.ofMillis(
            dice.between(plan.restMillis() / 2, plan.restMillis() + plan.restMillis() / 2)))) {
      kick();
    }
  }

  /** Ends its stream in the middle; it goes on elsewhere. */
  public void kick() {
    Context.CancellableContext current = open;
    if (current != null && !settled) {
      kicked = true;
      current.cancel(null);
    }
  }

  private void read() throws InterruptedException {
    while (!reading.isEnding()) {
      NodeAddress node = nodes.get(streams % nodes.size());
      ManagedChannel channel = PawlChannels.open(node.hostAndPort());
      Context.CancellableContext context = Context.current().withCancellation();
      kicked = false;
      open = context;
      String subscription = name + "-" + ++streams;
      try {
        readOnce(subscription, node, channel, context);
      } finally {
        open = null;
        context.cancel(null);
        channel.shutdownNow();
      }
      reading.rest(RECONNECT_AFTER);
    }
  }

  private void readOnce(
      String subscription,
      NodeAddress node,
      ManagedChannel channel,
      Context.CancellableContext context) {
    WatchRequest request = request();
    From from = request.hasCursor() ? From.CURSOR : plan.from();
    recorder.record(
        new Watch.Subscribed(
            subscription,
            name,
            MicroClock.now(),
            node.node(),
            from,
            request.getCursor(),
            Mode.FULL,
            plan.words(),
            Set.of()));
    boolean[] inSnapshot = {from == From.SNAPSHOT};
    try {
      context.run(
          () -> {
            Iterator<WatchResponse> messages =
                WatchServiceGrpc.newBlockingStub(channel).watch(request);
            while (messages.hasNext()) {
              take(subscription, messages.next(), inSnapshot);
            }
          });
      closed(subscription, End.SERVER, "OK", cursor());
    } catch (StatusRuntimeException e) {
      PawlError error = PawlErrors.of(e);
      if (settled) {
        closed(subscription, End.SETTLED, "", cursor());
      } else if (kicked) {
        closed(subscription, End.SUBSCRIBER, "", cursor());
      } else if (error.reason().isPresent()) {
        closed(
            subscription,
            End.SERVER,
            error.code() + " " + error.reason().get(),
            error.metadata().getOrDefault("cursor", cursor()));
      } else {
        synchronized (this) {
          broken += connected ? 1 : 0;
        }
        closed(subscription, End.BROKEN, error.code() + " " + error.message(), cursor());
      }
    }
  }

  private synchronized WatchRequest request() {
    connected = false;
    WatchRequest.Builder request =
        WatchRequest.newBuilder()
            .setParent(Program.PROJECT)
            .setFilter(
                WatchFilter.newBuilder().addAllKinds(plan.kinds().stream().sorted().toList()));
    if (!cursor.isEmpty()) {
      return request.setCursor(cursor).build();
    }
    return switch (plan.from()) {
      case BEGINNING -> request.setBeginning(Beginning.getDefaultInstance()).build();
      case NOW, CURSOR -> request.setNow(Now.getDefaultInstance()).build();
      case SNAPSHOT -> request.setSnapshot(Snapshot.getDefaultInstance()).build();
    };
  }

  private void take(String subscription, WatchResponse message, boolean[] inSnapshot) {
    long now = MicroClock.now();
    synchronized (this) {
      connected = true;
    }
    switch (message.getMessageCase()) {
      case EVENT -> {
        Event event = message.getEvent();
        Watch.Delivered delivered =
            WatchedFacts.delivered(subscription, now, event, message.getCursor());
        recorder.record(delivered);
        synchronized (this) {
          last.put(delivered.entity(), delivered.sequence());
        }
        listener.accept(event);
      }
      case ROW ->
          recorder.record(
              new Watch.SnapshotRow(
                  subscription,
                  now,
                  message.getRow().getRun().getId(),
                  message.getRow().getRun().getRevision().getSequence(),
                  message.getRow().getRun().getState().name().replace("RUN_STATE_", "")));
      case SNAPSHOT_END -> {
        inSnapshot[0] = false;
        recorder.record(new Watch.SnapshotEnd(subscription, now, message.getCursor()));
      }
      case BOOKMARK -> recorder.record(new Watch.Bookmark(subscription, now, message.getCursor()));
      case MESSAGE_NOT_SET -> {}
    }
    // A snapshot that broke off is taken anew.
    if (!inSnapshot[0]) {
      synchronized (this) {
        cursor = message.getCursor();
      }
    }
  }

  private synchronized String cursor() {
    return cursor;
  }

  private void closed(String subscription, End by, String reason, String with) {
    recorder.record(new Watch.Closed(subscription, MicroClock.now(), by, reason, with));
  }

  /** How often a stream of it broke that had brought something and that nobody had ended. */
  public synchronized long broken() {
    return broken;
  }

  /** Goes on with the stream that it has, without rest, until everything has been seen. */
  public void calmDown() {
    restlessness.tell();
  }

  /**
   * Whether it has seen the last fact of every entity that it must have heard of.
   *
   * @param lastSequences by entity
   */
  public synchronized boolean hasSeen(Map<String, Long> lastSequences) {
    return lastSequences.entrySet().stream()
        .filter(entry -> plan.covers(entry.getKey()))
        .filter(entry -> plan.from() == From.BEGINNING || last.containsKey(entry.getKey()))
        .allMatch(entry -> entry.getValue().equals(last.get(entry.getKey())));
  }

  /** Ends it: all has settled, so nothing may be missing any more. */
  @Override
  public void close() throws InterruptedException {
    restlessness.tell();
    settled = true;
    reading.tell();
    Context.CancellableContext current = open;
    if (current != null) {
      current.cancel(null);
    }
    reading.join(ENDS_WITHIN);
  }
}
