package dev.pawl.bench.micro;

import com.typesafe.config.ConfigFactory;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.run.RunSamples;
import dev.pawl.engine.worker.GroupMessage;
import dev.pawl.engine.worker.SessionMessage;
import dev.pawl.engine.worker.WorkerGroup;
import dev.pawl.engine.worker.WorkerHello;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A worker group gives slots away: an actor with its mailbox, and nobody who answers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DispatchMicro {
  private static final int BATCH = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String WORKER = "bench-worker";
  private static final String INCARNATION = "i1";

  private final List<ExecutionId> executions = new ArrayList<>();
  private ActorSystem<GroupMessage> group = system(1);
  private long offers;

  /** A group with one worker that has so many slots. */
  private static ActorSystem<GroupMessage> system(int slots) {
    ActorSystem<GroupMessage> group =
        ActorSystem.create(
            WorkerGroup.create(InstantSource.system(), (_, _) -> {}, _ -> {}),
            "bench",
            ConfigFactory.parseString(
                    "pekko { actor.provider = local, log-dead-letters = off, loglevel = WARNING }")
                .withFallback(ConfigFactory.defaultReference()));
    ActorRef<SessionMessage> session = group.ignoreRef();
    group.tell(
        new GroupMessage.Join(
            session,
            new WorkerHello(WORKER, INCARNATION, "default", slots, Map.of(), List.of(), ""),
            false,
            false));
    return group;
  }

  @Setup(Level.Trial)
  public void makeExecutions() {
    for (int i = 0; i < BATCH; i++) {
      executions.add(new ExecutionId(RunSamples.RUN, "t" + i, 0));
    }
  }

  @TearDown(Level.Trial)
  public void end() {
    group.terminate();
  }

  /** A slot is free whenever one is wanted: asked for, offered, taken, freed. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public Object slotIsFree() {
    for (ExecutionId execution : executions) {
      group.tell(
          new GroupMessage.Wait(execution, new Placement.Any(), Instant.EPOCH, group.ignoreRef()));
      takeAndFree(execution);
    }
    return answered();
  }

  /** All wait for one slot: what is freed goes to the next. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public Object slotsAreShort() {
    for (ExecutionId execution : executions) {
      group.tell(
          new GroupMessage.Wait(execution, new Placement.Any(), Instant.EPOCH, group.ignoreRef()));
    }
    executions.forEach(this::takeAndFree);
    return answered();
  }

  private void takeAndFree(ExecutionId execution) {
    offers++;
    group.tell(new GroupMessage.Taken(execution, offers, 1, WORKER, INCARNATION));
    group.tell(new GroupMessage.Freed(execution, 1, WORKER));
  }

  /** Waits until all was handled; the worker must be free again. */
  private Object answered() {
    GroupMessage.Members members =
        AskPattern.<GroupMessage, GroupMessage.Members>ask(
                group, GroupMessage.Describe::new, PATIENCE, group.scheduler())
            .toCompletableFuture()
            .join();
    if (members.workers().getFirst().busy() != 0) {
      throw new IllegalStateException("slots are not given back: " + members);
    }
    return members;
  }
}
