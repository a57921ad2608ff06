package dev.pawl.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.typesafe.config.ConfigFactory;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.cluster.Bulletin;
import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionCommand;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.DefinitionMessage;
import dev.pawl.engine.definition.DefinitionRejection;
import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.execution.Directive;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionMessage;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.ExecutionView;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.execution.WorkSpec;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.feed.HorizonHolder;
import dev.pawl.engine.journal.Call;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.PoolLoad;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockMessage;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockRejection;
import dev.pawl.engine.lock.LockState;
import dev.pawl.engine.lock.LockView;
import dev.pawl.engine.node.EntityLoad;
import dev.pawl.engine.node.FeedLoad;
import dev.pawl.engine.node.GatewayLoad;
import dev.pawl.engine.node.NodeMessage;
import dev.pawl.engine.node.NodeReport;
import dev.pawl.engine.node.ViewLoad;
import dev.pawl.engine.operation.ItemOutcome;
import dev.pawl.engine.operation.ItemResult;
import dev.pawl.engine.operation.OperationCounts;
import dev.pawl.engine.operation.OperationFile;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationMessage;
import dev.pawl.engine.operation.OperationRejection;
import dev.pawl.engine.operation.OperationStatus;
import dev.pawl.engine.operation.OperationWork;
import dev.pawl.engine.operation.Operations.ItemPage;
import dev.pawl.engine.run.ParentStep;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunMessage;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.Runs.StepPage;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.run.StepEnd;
import dev.pawl.engine.run.StepRef;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.StepView;
import dev.pawl.engine.worker.GroupLoad;
import dev.pawl.engine.worker.GroupMessage;
import dev.pawl.engine.worker.GroupPlace;
import dev.pawl.engine.worker.LeaseNews;
import dev.pawl.engine.worker.Offer;
import dev.pawl.engine.worker.SessionMessage;
import dev.pawl.engine.worker.WorkerHello;
import dev.pawl.engine.worker.WorkerLease;
import dev.pawl.engine.worker.WorkerReport;
import dev.pawl.engine.worker.WorkerRow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may cross from one node to another arrives there as it was. */
class ClusterMessagesTest {
  private static final ActorSystem<Void> SYSTEM =
      ActorSystem.create(
          Behaviors.empty(),
          "wire",
          ActorSystemSetup.create(
              BootstrapSetup.create(
                  ConfigFactory.parseString(
                          """
                          pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                          """)
                      .withFallback(ConfigFactory.parseResources("engine.conf"))
                      .withFallback(ConfigFactory.load())
                      .resolve()),
              ClusterJson.setup()));

  private static final Instant AT = Instant.parse("2026-11-20T10:00:00.123456Z");
  private static final RunId RUN = new RunId("0123456789abcdefghjkmnpqrs");
  private static final ExecutionId EXECUTION = new ExecutionId(RUN, "a", 0);
  private static final Payload SMALL =
      new Payload.Inline(Value.newBuilder().setStringValue("x").build());
  private static final AdditionalData DATA =
      new AdditionalData(
          Struct.newBuilder()
              .putFields("note", Value.newBuilder().setStringValue("x").build())
              .build(),
          true);
  private static final Payload LARGE = new Payload.Stored("00ff", 20_000, ValueType.LIST);
  private static final WorkSpec SPEC =
      new WorkSpec("default", "00ff", 3, Map.of("in", SMALL, "big", LARGE), "trace");
  private static final Cause.Command BY =
      new Cause.Command(
          "r",
          "00ff",
          "ann",
          "why",
          new Call("RetryTaskRun", "a", new Rights(Set.of(Permission.RUN))));

  private static final Reason.Others OTHERS =
      new Reason.Others(List.of(new Reason.Other("a", StepStatus.RUNNING)), 7);

  private static <T> ActorRef<T> ref() {
    return SYSTEM.ignoreRef();
  }

  @AfterAll
  static void stop() {
    SYSTEM.terminate();
  }

  static Stream<ClusterMessage> messages() {
    return Stream.of(
            definitions(),
            runs(),
            executions(),
            operations(),
            locks(),
            workers(),
            bulletins(),
            nodes())
        .flatMap(List::stream);
  }

  private static List<ClusterMessage> definitions() {
    DefinitionId id = new DefinitionId(DefinitionKind.WORKFLOW, "p", "w");
    return List.of(
        new DefinitionMessage.Execute(
            new DefinitionCommand.Submit("00ff", OptionalLong.of(3)), BY, ref()),
        new DefinitionMessage.Describe(OptionalLong.empty(), ref()),
        new DefinitionMessage.HeadAnswer(
            new Answer.Accepted<>(
                new DefinitionHead(
                    id, DefinitionStatus.ACTIVE, 2, "00ff", "ann", AT, AT, true, 2))),
        new DefinitionMessage.HeadAnswer(
            new Answer.Refused<>(new DefinitionRejection.NoSuchVersion(7, 2))));
  }

  private static List<ClusterMessage> operations() {
    OperationWork command = new OperationWork.Command(RunVerb.STOP, "state = FAILED", "00ff", 2);
    OperationWork export = new OperationWork.Export("", List.of("id", "state"));
    OperationFile file = new OperationFile("runs.csv", "text/csv", 1, 2, 70_000, 900, "00ff", AT);
    OperationHead head =
        new OperationHead(
            "p",
            command,
            BY,
            OperationStatus.RUNNING,
            true,
            new OperationCounts(2, 1, 0, 0, 1, 0, 0),
            0,
            "",
            "",
            Optional.of(file),
            AT,
            Optional.empty(),
            3);
    ItemResult result = new ItemResult(0, ItemOutcome.REFUSED, "", "RUN_NOT_FOUND", "none");
    return List.of(
        new OperationMessage.Start("p", command, BY, ref()),
        new OperationMessage.Start("p", export, BY, ref()),
        new OperationMessage.Cancel("p", BY, ref()),
        new OperationMessage.Describe("p", ref()),
        new OperationMessage.Await("p", 3, AT, ref()),
        new OperationMessage.ListItems("p", 0, 10, ref()),
        new OperationMessage.WakeUp(),
        new OperationMessage.Unload(),
        new OperationMessage.HeadAnswer(new Answer.Accepted<>(head)),
        new OperationMessage.HeadAnswer(
            new Answer.Refused<>(new OperationRejection.HasEnded(OperationStatus.SUCCESS))),
        new OperationMessage.HeadAnswer(
            new Answer.Refused<>(new OperationRejection.NotPermitted(Permission.RUN))),
        new OperationMessage.ItemsAnswer(
            new Answer.Accepted<>(new ItemPage(head, 0, List.of(result), OptionalInt.of(1)))),
        new OperationMessage.ItemsAnswer(new Answer.Refused<>(new OperationRejection.NotFound())));
  }

  private static List<ClusterMessage> runs() {
    RunHeader header =
        new RunHeader(
            new DefinitionId(DefinitionKind.TASK, "p", "t"),
            1,
            "00ff",
            1,
            Map.of("size", LARGE),
            Map.of("team", "core"),
            "ann",
            "r",
            "00ff",
            "",
            AT,
            Optional.of(AT),
            List.of(new RunObject("cluster", "obdemo", "12")),
            List.of(LockName.of("maintenance", "z1")),
            Map.of(0, 3),
            Optional.of(new ParentStep(new ExecutionId(new RunId("above"), "up", 2), 1)));
    StepView step =
        new StepView(
            0,
            2,
            "a",
            "A",
            List.of("z"),
            List.of("b", "c"),
            StepStatus.FAILED,
            "EXIT_CODE",
            "exit code 1",
            "line",
            1,
            2,
            3,
            2,
            "w1",
            "default",
            Optional.of(AT),
            Optional.of(AT),
            Optional.empty(),
            "",
            Map.of("out", SMALL),
            true,
            List.of(new RunHead.VerbOption(RunVerb.RETRY, true, "")),
            List.of(
                new StepView.OfExecution(
                    StepStatus.FAILED,
                    2,
                    4,
                    "w1",
                    Optional.of(AT),
                    Optional.of(AT),
                    "EXIT_CODE",
                    true)),
            DATA);
    RunHead head =
        new RunHead(
            RUN,
            header,
            Profile.OPS,
            RunStatus.FAILED,
            "TASK_FAILED",
            Map.of("out", SMALL),
            Optional.of(AT),
            Optional.of(AT),
            new StepCounts(1, 0, 0, 0, 1, 0, 0, 0, 0),
            List.of(new RunHead.VerbOption(RunVerb.STOP, false, "the run is FAILED")),
            Optional.of(step),
            Optional.of(BY),
            Optional.of(new RunHead.Pause(true, AT, Optional.of(AT), Optional.of(AT))),
            1,
            List.of(
                new RunHead.RunLock(
                    LockName.of("maintenance", "z1"), RunHead.RunLock.Hand.LOST, "ann", "why"),
                new RunHead.RunLock(
                    LockName.global("maintenance"), RunHead.RunLock.Hand.HELD, "", "")),
            List.of(new RunHead.Foreseen("a", RunHead.Foreseen.Effect.RETRY)),
            9,
            false,
            DATA);
    return List.of(
        new RunMessage.Start(
            header, "why", new Rights(Set.of(Permission.VIEW, Permission.RUN)), true, ref()),
        new RunMessage.Start(
            header,
            "why",
            new Rights(
                Set.of(),
                Set.of(new Rights.About(new ObjectName("cluster", "obdemo"), Permission.RUN))),
            false,
            ref()),
        new RunMessage.Execute(
            "p",
            RunVerb.RETRY,
            Optional.of(new StepRef("a", OptionalInt.of(2))),
            Optional.of(AT),
            BY,
            OptionalLong.of(1),
            false,
            ref()),
        new RunMessage.Describe("p", ref()),
        new RunMessage.Await("p", AT, ref()),
        new RunMessage.ListSteps("p", 0, 10, Set.of(StepStatus.RUNNING), ref()),
        new RunMessage.DescribeStep("p", "a", ref()),
        new RunMessage.WakeUp(),
        new RunMessage.Explain("p", Optional.of(StepRef.of("a")), ref()),
        new RunMessage.Explained(
            new Answer.Accepted<>(
                new Explanation(
                    RunStatus.PAUSED,
                    List.of(
                        new Reason.RunPaused(
                            true, false, Optional.of(new Reason.Turn(BY, AT)), OTHERS),
                        new Reason.RunStopping(
                            "STOPPED",
                            Optional.of(new Reason.Turn(new Cause.Timer("RUN_TIMEOUT"), AT)),
                            OTHERS),
                        new Reason.RunRollingBack(true, Optional.empty(), OTHERS),
                        new Reason.InFlight(OTHERS, Optional.of(AT)),
                        new Reason.RunOver(RunStatus.FAILED, "TASK_FAILED", "a", AT)),
                    List.of(
                        new Explanation.OfStep(
                            "a",
                            1,
                            StepStatus.WAIT_DISPATCH,
                            List.of(
                                new Reason.Upstream(OTHERS),
                                new Reason.NothingNew(OTHERS.steps().getFirst(), "EXIT_CODE"),
                                new Reason.FlightLimit(1, 2, 3, "a"),
                                new Reason.Undo(OTHERS),
                                new Reason.Settling(),
                                new Reason.StepOver(
                                    StepStatus.FAILED, "EXIT_CODE", "m", "l", AT, true))))))),
        new RunMessage.Locate("p", new Runs.Sought("x", Set.of(StepStatus.FAILED), 2), ref()),
        new RunMessage.Located(new Answer.Accepted<>(new Runs.Location(Optional.of(step), 1, 2))),
        new RunMessage.HeadAnswer(new Answer.Accepted<>(head)),
        new RunMessage.HeadAnswer(
            new Answer.Refused<>(
                new RunRejection.StateConflict(
                    RunVerb.STOP, RunStatus.FAILED, List.of(RunVerb.RETRY), "the run is FAILED"))),
        new RunMessage.HeadAnswer(
            new Answer.Refused<>(
                new RunRejection.StepConflict(
                    "a", RunVerb.PASS, StepStatus.RUNNING, "why", List.of(RunVerb.RETRY)))),
        new RunMessage.HeadAnswer(
            new Answer.Refused<>(new RunRejection.StepNotFound(StepRef.of("a")))),
        new RunMessage.HeadAnswer(
            new Answer.Refused<>(new RunRejection.NotPermitted(Permission.RUN))),
        new RunMessage.HeadAnswer(
            new Answer.Refused<>(
                new RunRejection.InvalidParameters(
                    List.of(new RunRejection.Mistake("a", "required"))))),
        new RunMessage.StepsAnswer(
            new Answer.Accepted<>(new StepPage(List.of(step), OptionalLong.of(4), 9))),
        new RunMessage.Stood(
            new Standing(
                EXECUTION,
                4,
                ExecutionStatus.SUCCEEDED,
                true,
                1,
                1,
                "w1",
                Optional.of(AT),
                Optional.empty(),
                Optional.of(
                    new StepEnd(
                        0,
                        StepEnd.Outcome.SUCCEEDED,
                        "",
                        "",
                        "line",
                        1,
                        1,
                        "w1",
                        Optional.of(AT),
                        AT,
                        Map.of("out", LARGE),
                        false)))));
  }

  private static List<ClusterMessage> locks() {
    LockId scope = new LockId("p", "maintenance");
    LockName lock = LockName.of("maintenance", "z1");
    LockName global = LockName.global("maintenance");
    return List.of(
        new LockMessage.Take(scope, RUN, 1, "ann", List.of(global, lock), true, 7, false, ref()),
        new LockMessage.LetGo(scope, RUN, 4, ref()),
        new LockMessage.Holding(RUN, 7, true, List.of(lock, global)),
        new LockMessage.Doubt(RUN),
        new LockMessage.LossHeard(RUN, 4),
        new LockMessage.Force(lock, BY, OptionalLong.of(3), false, ref()),
        new LockMessage.Describe(global, ref()),
        new LockMessage.WakeUp(),
        new LockMessage.ViewAnswer(
            new Answer.Accepted<>(
                new LockView(
                    lock,
                    Optional.of(new LockState.Hold(RUN, 1, "ann", AT, 3)),
                    Optional.of(RUN),
                    3))),
        new LockMessage.ViewAnswer(new Answer.Refused<>(new LockRejection.NotHeld(global))),
        new LockMessage.ViewAnswer(
            new Answer.Refused<>(new LockRejection.NotPermitted(Permission.MANAGE))),
        new RunMessage.LocksAnswered(scope, 7, Optional.empty()),
        new RunMessage.LocksAnswered(
            scope, 7, Optional.of(new LockRejection.Held(lock, global, RUN, "ann", AT))),
        new RunMessage.LocksAnswered(
            scope, 7, Optional.of(new LockRejection.Superseded(lock, Optional.of(RUN)))),
        new RunMessage.LocksLetGo(scope, 4),
        new RunMessage.LocksAsked(scope, 7, ref()),
        new RunMessage.LockTaken(lock, 1, 4, "ann", "why", ref()),
        new RunMessage.HeadAnswer(
            new Answer.Refused<>(
                new RunRejection.LockRefused(
                    new LockRejection.Held(lock, global, RUN, "ann", AT)))),
        new RunMessage.HeadAnswer(
            new Answer.Refused<>(
                new RunRejection.LockHeldAbove(
                    new LockRejection.Held(lock, global, RUN, "ann", AT)))));
  }

  private static List<ClusterMessage> executions() {
    return List.of(
        new ExecutionMessage.Direct(
            new Directive(3, Directive.Order.GO, "", Optional.of(SPEC), 2, 1, Directive.Work.UNDO)),
        new ExecutionMessage.Recorded(),
        new ExecutionMessage.Offered(new Offer(5, ref(), "w1", "i1")),
        new ExecutionMessage.Reported(
            new WorkerReport(
                EXECUTION,
                2,
                "token",
                new WorkerReport.Result.Failed("EXIT_CODE", "exit code 1", true),
                "line",
                DATA),
            ref()),
        new ExecutionMessage.Heard(new LeaseNews.Held(2, "i1", ref())),
        new ExecutionMessage.Heard(new LeaseNews.Alive(2, Duration.ofMillis(1500))),
        new ExecutionMessage.WakeUp(),
        new ExecutionMessage.Describe(ref()),
        new ExecutionMessage.Explain(ref()),
        new ExecutionMessage.Explained(
            List.of(
                new Reason.Slot(
                    "hosts",
                    Optional.of("w1"),
                    Optional.of(AT),
                    Optional.of(new GroupPlace(1, 0, 2, 2, 9, OptionalInt.of(3), true, false))),
                new Reason.Retry(2, 3, Optional.of(AT), "why"),
                new Reason.AtWork(Operation.ROLLBACK, "w1", 1, 2, Optional.of(AT), Optional.of(AT)),
                new Reason.Stopping(
                    "w1", Optional.of(new Reason.Ladder(Reason.Rung.KILLED, AT, AT, AT))))),
        new ExecutionMessage.Description(
            Optional.of(
                new ExecutionView(
                    EXECUTION,
                    ExecutionStatus.RUNNING,
                    "",
                    "",
                    List.of(
                        new AttemptView(
                            0,
                            1,
                            Operation.EXECUTE,
                            1,
                            "w1",
                            AT,
                            Optional.empty(),
                            ExecutionStatus.RUNNING,
                            "",
                            "")),
                    Optional.empty(),
                    Map.of(),
                    1))));
  }

  private static List<ClusterMessage> workers() {
    return List.of(
        new GroupMessage.Join(
            ref(),
            new WorkerHello(
                "w1",
                "i1",
                "hosts",
                4,
                Map.of("zone", "z1"),
                List.of(new WorkerHello.Held(EXECUTION, 2)),
                "1"),
            true,
            false),
        new GroupMessage.Leave(ref(), "w1"),
        new GroupMessage.Wait(EXECUTION, new Placement.Only("w1"), AT, ref()),
        new GroupMessage.Taken(EXECUTION, 5, 2, "w1", "i1"),
        new GroupMessage.DescribePlace(EXECUTION, Optional.of("w1"), ref()),
        new GroupPlace(1, 0, 2, 2, 9, OptionalInt.empty(), false, true),
        new GroupMessage.Attach(EXECUTION, 2, "w1", "i1"),
        new GroupMessage.Members(
            List.of(new WorkerRow("w1", "i1", "hosts", 4, 1, Map.of(), AT, AT, false, "1"))),
        new SessionMessage.Drained(List.of(new WorkerHello.Held(EXECUTION, 2))),
        new SessionMessage.Deliver(
            new WorkerLease(
                EXECUTION,
                2,
                "token",
                0,
                2,
                Operation.ROLLBACK,
                SPEC,
                Map.of("out", SMALL),
                AT,
                Optional.of(Duration.ofSeconds(30)))),
        new SessionMessage.Acknowledge(EXECUTION, 2, true),
        new SessionMessage.StopWork(EXECUTION, 2, Duration.ofSeconds(10), false, true),
        new SessionMessage.AskAlive(EXECUTION, 2, ref()));
  }

  private static List<ClusterMessage> bulletins() {
    return List.of(
        new Bulletin.FactsStored(),
        new Bulletin.GroupLives("hosts", true),
        new Bulletin.LogsFollowed(List.of(RUN)),
        new Bulletin.LogsStored(List.of(RUN)));
  }

  private static List<ClusterMessage> nodes() {
    GroupLoad load = new GroupLoad(3, 1, 12, 7, 20, Optional.of(AT));
    return List.of(
        new GroupMessage.DescribeLoad(ref()),
        load,
        new NodeMessage.Describe(ref()),
        new NodeReport(
            -42,
            AT,
            Map.of("run", new EntityLoad(256, 100_000), "execution", new EntityLoad(256, 5)),
            Map.of("default", load),
            new FeedLoad(
                new FeedPosition(1, 2, 3),
                Duration.ofSeconds(12),
                Optional.of(
                    new HorizonHolder("psql", Optional.of(7), Optional.of(Duration.ofMillis(9))))),
            new ViewLoad(false, Optional.of(Duration.ofMillis(40))),
            true,
            List.of(new PoolLoad("journal", 1, 2, 3, 4)),
            5,
            1L << 20,
            Optional.of(new GatewayLoad("127.0.0.1:7171", "1.2.3", 1, 2, 3, 4))),
        new NodeReport(
            42,
            AT,
            Map.of(),
            Map.of(),
            new FeedLoad(FeedPosition.BEGINNING, Duration.ZERO, Optional.empty()),
            new ViewLoad(true, Optional.empty()),
            false,
            List.of(),
            0,
            0,
            Optional.empty()));
  }

  @Test
  void a_report_with_the_most_groups_fits_into_a_message() {
    Map<String, GroupLoad> groups = new HashMap<>();
    for (int i = 0; i < NodeReport.MOST_GROUPS; i++) {
      groups.put(
          "%063d".formatted(i), new GroupLoad(i, i, 100 * i, 100 * i, 100_000, Optional.of(AT)));
    }
    NodeReport report =
        new NodeReport(
            42,
            AT,
            Map.of(),
            groups,
            new FeedLoad(FeedPosition.BEGINNING, Duration.ZERO, Optional.empty()),
            new ViewLoad(true, Optional.empty()),
            true,
            List.of(),
            0,
            0,
            Optional.empty());
    Serialization serialization = SerializationExtension.get(Adapter.toClassic(SYSTEM));
    assertThat(serialization.serialize(report).get().length).isLessThan(200 * 1024);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void a_message_is_read_as_it_was_written(ClusterMessage message) {
    Serialization serialization = SerializationExtension.get(Adapter.toClassic(SYSTEM));
    var serializer = serialization.findSerializerFor(message);
    assertThat(serializer).isInstanceOf(JacksonCborSerializer.class);
    String manifest = ((JacksonCborSerializer) serializer).manifest(message);
    byte[] bytes = serialization.serialize(message).get();
    Object read = serialization.deserialize(bytes, serializer.identifier(), manifest).get();
    assertThat(read).isEqualTo(message);
    assertThat(bytes.length).isLessThan(4096);
  }

  @Test
  void what_a_node_of_the_version_before_says_of_locks_is_read() throws IOException {
    LockMessage.Holding holding = new LockMessage.Holding(RUN, 7, true, List.of());
    assertThat(readWhenSaid(holding, said -> said.remove("lost"))).isEqualTo(holding);
    RunMessage.LocksAnswered answered =
        new RunMessage.LocksAnswered(new LockId("p", "maintenance"), 7, Optional.empty());
    assertThat(readWhenSaid(answered, said -> said.put("fresh", true))).isEqualTo(answered);
  }

  /** A message as it is read when another version of it was written. */
  private static Object readWhenSaid(ClusterMessage message, Consumer<ObjectNode> otherwise)
      throws IOException {
    Serialization serialization = SerializationExtension.get(Adapter.toClassic(SYSTEM));
    var serializer = (JacksonCborSerializer) serialization.findSerializerFor(message);
    ObjectMapper cbor = new ObjectMapper(new CBORFactory());
    ObjectNode said = (ObjectNode) cbor.readTree(serialization.serialize(message).get());
    otherwise.accept(said);
    return serialization
        .deserialize(
            cbor.writeValueAsBytes(said), serializer.identifier(), serializer.manifest(message))
        .get();
  }
}
