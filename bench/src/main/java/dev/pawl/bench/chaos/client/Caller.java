package dev.pawl.bench.chaos.client;

import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Call.Verb;
import dev.pawl.bench.history.source.EntityNames;
import dev.pawl.client.PawlChannels;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * One client of all nodes, which makes one call at a time and writes down each: what it asks before
 * it asks, and what came of it.
 */
public final class Caller implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(4);

  private final String name;
  private final ManagedChannel channel;
  private final Channel intercepted;
  private final Recorder recorder;
  private final Roster roster;
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private volatile boolean calling;

  /**
   * @param nodes their names by {@code host:port}
   */
  public Caller(String name, Map<String, String> nodes, Recorder recorder, Roster roster) {
    this.name = name;
    this.channel = PawlChannels.open(String.join(",", nodes.keySet()));
    this.intercepted = ClientInterceptors.intercept(channel, new AnsweredBy(nodes));
    this.recorder = recorder;
    this.roster = roster;
  }

  /** How a call ended. */
  sealed interface Outcome {
    record Answered(Seen seen) implements Outcome {}

    record Refused(String reason) implements Outcome {}

    record Unknown() implements Outcome {}
  }

  public String name() {
    return name;
  }

  /** Whether a call of it is under way. */
  public boolean isCalling() {
    return calling;
  }

  /** How many of its calls were answered OK so far. */
  public long answered() {
    return answered.get();
  }

  Outcome send(Mutation mutation) {
    return call(
        mutation.verb(),
        mutation.requestId(),
        EntityNames.ofResource(mutation.resource()),
        mutation.step(),
        mutation.bodyHash(),
        mutation.expectedVersion(),
        0,
        stubs -> Optional.of(mutation.send(stubs)));
  }

  /**
   * Reads a run.
   *
   * @param atLeast the sequence that it must show, of a list; else 0
   * @param read finds it; empty when the answer does not show it
   */
  Outcome read(Verb verb, String run, long atLeast, Function<Stubs, Optional<Seen>> read) {
    return call(verb, "", EntityNames.ofResource(run), "", "", OptionalLong.empty(), atLeast, read);
  }

  private Outcome call(
      Verb verb,
      String requestId,
      String entity,
      String step,
      String bodyHash,
      OptionalLong expectedVersion,
      long atLeast,
      Function<Stubs, Optional<Seen>> call) {
    String operation = name + "-" + operations.incrementAndGet();
    AtomicReference<String> node = new AtomicReference<>("");
    recorder.record(
        new Call.Invoked(
            operation,
            name,
            MicroClock.now(),
            verb,
            requestId,
            entity,
            step,
            bodyHash,
            expectedVersion,
            atLeast));
    calling = true;
    try {
      Seen seen =
          call.apply(new Stubs(intercepted, DEADLINE, node)).orElse(new Seen(entity, "", 0, ""));
      recorder.record(
          new Call.Answered(
              operation,
              MicroClock.now(),
              seen.entity(),
              seen.sequence(),
              seen.state(),
              node.get()));
      answered.incrementAndGet();
      remember(seen);
      return new Outcome.Answered(seen);
    } catch (StatusRuntimeException e) {
      PawlError error = PawlErrors.of(e);
      String reason = error.reason().orElse("");
      if (saysNo(error)) {
        recorder.record(
            new Call.Refused(operation, MicroClock.now(), error.code().name(), reason, node.get()));
        return new Outcome.Refused(reason);
      }
      recorder.record(
          new Call.Unanswered(operation, MicroClock.now(), error.code().name(), reason));
      return new Outcome.Unknown();
    } finally {
      calling = false;
    }
  }

  private void remember(Seen seen) {
    if (seen.entity().startsWith("run|") && !seen.resource().isEmpty()) {
      roster.saw(seen.resource(), seen.sequence(), seen.state());
      roster.sawSteps(seen.resource(), seen.definition(), seen.steps());
    } else if (!seen.resource().isEmpty()) {
      roster.sawDefinition(seen.resource(), seen.sequence());
    }
  }

  /** Whether the server itself said that nothing was done and nothing will be. */
  private static boolean saysNo(PawlError error) {
    if (error.reason().isEmpty()) {
      return false;
    }
    return switch (error.code()) {
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE ->
          true;
      case OK,
          CANCELLED,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          UNIMPLEMENTED,
          INTERNAL,
          UNAVAILABLE,
          DATA_LOSS,
          UNAUTHENTICATED ->
          false;
    };
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
