package dev.pawl.bench.chaos.client;

import dev.pawl.bench.chaos.life.Occupation;
import dev.pawl.bench.chaos.program.Dice;
import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.chaos.work.ExecutionKey;
import dev.pawl.bench.chaos.work.Lines;
import dev.pawl.bench.history.Log;
import dev.pawl.client.PawlChannels;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows the log of one run after the other, each to its end or for a while, over nodes that it
 * changes in the middle.
 */
public final class LogFollower implements AutoCloseable {
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);
  private static final Duration AT_MOST = Duration.ofSeconds(25);
  private static final Duration BREATH = Duration.ofMillis(200);

  private final String name;
  private final List<NodeAddress> nodes;
  private final Roster roster;
  private final Recorder recorder;
  private final Dice dice;
  private final Occupation reading;
  private final Occupation restlessness;
  private volatile Context.@Nullable CancellableContext open;
  private int streams;

  public LogFollower(
      String name, List<NodeAddress> nodes, Roster roster, Recorder recorder, Dice dice) {
    this.name = name;
    this.nodes = List.copyOf(nodes);
    this.roster = roster;
    this.recorder = recorder;
    this.dice = dice;
    this.reading = new Occupation(name, this::read);
    this.restlessness = new Occupation(name + "-rest", this::rest);
  }

  public void start() {
    reading.start();
    restlessness.start();
  }

  private void rest() throws InterruptedException {
    while (restlessness.rest(Duration.ofMillis(dice.between(300, 4_000)))) {
      kick();
    }
  }

  /** Ends its stream in the middle; it goes on elsewhere. */
  public void kick() {
    Context.CancellableContext current = open;
    if (current != null) {
      current.cancel(null);
    }
  }

  private void read() throws InterruptedException {
    while (!reading.isEnding()) {
      Optional<String> run = roster.unfollowed();
      if (run.isPresent()) {
        follow(run.get());
      }
      reading.rest(BREATH);
    }
  }

  private void follow(String run) throws InterruptedException {
    long end = System.nanoTime() + AT_MOST.toNanos();
    Tail tail = new Tail(run);
    while (!tail.complete && !reading.isEnding() && System.nanoTime() < end) {
      NodeAddress node = nodes.get(streams++ % nodes.size());
      ManagedChannel channel = PawlChannels.open(node.hostAndPort());
      Context.CancellableContext context = Context.current().withCancellation();
      open = context;
      try {
        tail.readOnce(node, channel, context);
      } finally {
        open = null;
        context.cancel(null);
        channel.shutdownNow();
      }
      if (!tail.complete) {
        reading.rest(BREATH);
      }
    }
  }

  /** The log of one run, over several streams. */
  private final class Tail {
    private final String run;
    private String cursor = "";
    private boolean complete;

    Tail(String run) {
      this.run = run;
    }

    void readOnce(NodeAddress node, ManagedChannel channel, Context.CancellableContext context) {
      String id = RunNames.id(run);
      recorder.record(
          new Log.TailBegan(name, id, MicroClock.now(), !cursor.isEmpty(), node.node()));
      String reason = "";
      try {
        context.run(
            () -> {
              Iterator<TailLogsResponse> messages =
                  LogServiceGrpc.newBlockingStub(channel)
                      .tailLogs(
                          TailLogsRequest.newBuilder()
                              .setParent(run)
                              .setFollow(true)
                              .setCursor(cursor)
                              .build());
              while (messages.hasNext()) {
                take(messages.next());
              }
            });
        complete = true;
      } catch (StatusRuntimeException e) {
        reason = String.valueOf(e.getStatus());
      }
      recorder.record(new Log.TailEnded(name, id, MicroClock.now(), complete, reason));
    }

    private void take(TailLogsResponse message) {
      if (message.getLinesCount() > 0) {
        ExecutionKey section =
            ExecutionKey.of(message.getSection().getExecution(), message.getSection().getFence());
        for (LogLine line : message.getLinesList()) {
          recorder.record(
              new Log.Read(
                  name,
                  section.execution(),
                  section.fence(),
                  line.getSequence(),
                  Lines.hash(line),
                  Lines.own(line),
                  MicroClock.now()));
        }
      }
      if (!message.getCursor().isEmpty()) {
        cursor = message.getCursor();
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    restlessness.tell();
    reading.tell();
    kick();
    reading.join(ENDS_WITHIN);
  }
}
