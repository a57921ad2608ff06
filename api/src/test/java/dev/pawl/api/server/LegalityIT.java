package dev.pawl.api.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlError.Precondition;
import dev.pawl.covers.Covers;
import dev.pawl.legality.LegalityCells;
import dev.pawl.legality.LegalityCells.Cell;
import dev.pawl.v1.AllowRedo;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandOption;
import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.FixedBackoff;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetTaskRunRequest;
import dev.pawl.v1.ListExecutionsRequest;
import dev.pawl.v1.Profile;
import dev.pawl.v1.Retry;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every cell of the tables C3.2 to C3.4 once over the wire: a whole node brings a run into the
 * state, its worker played by hand, and is sent the command.
 *
 * <p>What is refused, or so already, leaves no trace: the next cell of that state meets the same
 * run.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LegalityIT {
  /** What the commands of a table are about. */
  enum Table {
    RUN("run.csv", "Run"),
    STEP("task-run.csv", "TaskRun"),
    EXECUTION("execution.csv", "Execution");

    private final String file;
    private final String noun;

    Table(String file, String noun) {
      this.file = file;
      this.noun = noun;
    }

    private String rpc(String command) {
      String verb =
          command.equals("FORCED_PAUSE")
              ? "ForcePause"
              : command.charAt(0) + command.substring(1).toLowerCase(Locale.ROOT);
      return verb + noun;
    }
  }

  /** What a definition says of its first task. */
  enum Word {
    NOTHING,
    FORBIDS,
    FORWARD_AGAIN
  }

  /**
   * The states that nothing leads to yet: runs that wait for their time and steps that wait for an
   * event come with schedules, branches that are not taken with conditions.
   */
  private static final Map<Table, Set<String>> LATER_STATES =
      Map.of(
          Table.RUN, Set.of("WAITING"),
          Table.STEP, Set.of("WAIT_EVENT", "SKIPPED"),
          Table.EXECUTION, Set.of("SKIPPED"));

  /** The commands that there is no rpc for yet: these are of tasks with shards. */
  private static final Set<String> LATER_COMMANDS = Set.of("CONTINUE_FAILED");

  /** Of schedules, too: until then it is refused. */
  private static final String UNCHECKED = "only with parent check NONE: starts it now";

  private static final String FORCED = "already forced";

  /**
   * One cell, as one definition meets it.
   *
   * @param state with the condition that makes it another one
   */
  record Drive(Table table, String state, Cell cell, Word word) {
    static Drive of(Table table, Cell cell, Word word) {
      return new Drive(
          table,
          cell.condition().equals(FORCED) ? cell.state() + " " + FORCED : cell.state(),
          cell,
          word);
    }

    /** What the table says comes of it. */
    String outcome() {
      String condition = cell.condition();
      boolean refused =
          condition.equals(UNCHECKED)
              || (onceAllowed(cell) && word != Word.FORWARD_AGAIN)
              || (unlessForbidden(cell) && word == Word.FORBIDS);
      return refused ? "refuse" : cell.outcome();
    }

    private Where where() {
      return new Where(table, state, cell.profile(), word);
    }

    @Override
    public String toString() {
      return cell.condition().isEmpty() ? cell.toString() : "%s, %s".formatted(cell, word);
    }
  }

  /** A state of something under some definition. */
  record Where(Table table, String state, String profile, Word word) {}

  private static boolean onceAllowed(Cell cell) {
    return cell.condition().startsWith("only when the definition allows");
  }

  private static boolean unlessForbidden(Cell cell) {
    return Stream.of("capability flag", "allow-redo", "prohibited by the definition")
        .anyMatch(cell.condition()::contains);
  }

  private static Stream<Cell> there(Table table) throws IOException {
    return LegalityCells.of(table.file)
        .filter(cell -> !LATER_STATES.getOrDefault(table, Set.of()).contains(cell.state()))
        .filter(cell -> !LATER_COMMANDS.contains(cell.command()));
  }

  /** A cell that all profiles share is driven in one of them. */
  private static boolean shared(List<Cell> all, Cell cell) {
    return all.stream()
            .filter(
                other ->
                    other.state().equals(cell.state())
                        && other.command().equals(cell.command())
                        && other.outcome().equals(cell.outcome())
                        && other.condition().equals(cell.condition()))
            .count()
        == 3;
  }

  private static Stream<Drive> drives(Table table) throws IOException {
    List<Cell> all = there(table).toList();
    return all.stream()
        .filter(cell -> cell.profile().equals("OPS") || !shared(all, cell))
        .flatMap(
            cell ->
                Stream.of(Word.values())
                    .filter(
                        word ->
                            switch (word) {
                              case NOTHING -> true;
                              case FORBIDS -> unlessForbidden(cell);
                              case FORWARD_AGAIN -> onceAllowed(cell);
                            })
                    .map(word -> Drive.of(table, cell, word)));
  }

  static Stream<Drive> ofRuns() throws IOException {
    return drives(Table.RUN);
  }

  static Stream<Drive> ofSteps() throws IOException {
    return drives(Table.STEP);
  }

  static Stream<Drive> ofExecutions() throws IOException {
    return drives(Table.EXECUTION);
  }

  private final ServerUnderTest server;
  private final ManagedChannel channel;
  private final RunServiceGrpc.RunServiceBlockingStub runs;
  private final ExecutionServiceGrpc.ExecutionServiceBlockingStub executions;
  private final AtomicInteger names = new AtomicInteger();

  /** What stands where no command has led away from yet. */
  private final Map<Where, Subject> standing = new HashMap<>();

  LegalityIT() throws IOException, ServerStartFailed {
    server = ServerUnderTest.start();
    channel = server.channel();
    runs = RunServiceGrpc.newBlockingStub(channel);
    executions = ExecutionServiceGrpc.newBlockingStub(channel);
  }

  @AfterAll
  void close() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("ofRuns")
  @Covers({"OCP-29", "OCP-36", "OBS-7", "OBS-18", "TSF-35", "SYS-2", "SYS-7"})
  void a_command_on_a_run_has_the_outcome_of_its_cell(Drive drive) throws Exception {
    check(drive);
  }

  @ParameterizedTest
  @MethodSource("ofSteps")
  @Covers({"OCP-25", "OBS-18", "SYS-2", "SYS-7"})
  void a_command_on_a_step_has_the_outcome_of_its_cell(Drive drive) throws Exception {
    check(drive);
  }

  @ParameterizedTest
  @MethodSource("ofExecutions")
  @Covers({"TSF-35", "TSF-43", "SYS-2"})
  void a_command_on_an_execution_has_the_outcome_of_its_cell(Drive drive) throws Exception {
    check(drive);
  }

  @Test
  void what_is_not_driven_is_of_the_tables() throws IOException {
    for (Table table : Table.values()) {
      assertThat(LegalityCells.of(table.file).map(Cell::state))
          .containsAll(LATER_STATES.getOrDefault(table, Set.of()));
    }
    assertThat(LegalityCells.of(Table.STEP.file).map(Cell::command)).containsAll(LATER_COMMANDS);
  }

  private void check(Drive drive) throws Exception {
    Subject subject = standing.get(drive.where());
    if (subject == null) {
      subject = new Subject(drive.where()).brought();
      standing.put(drive.where(), subject);
    }
    Subject before = subject;
    Stored stored = before.stored();
    String rpc = drive.table().rpc(drive.cell().command());
    assertThat(before.state()).isEqualTo(drive.cell().state());
    assertThat(before.offered()).containsExactlyInAnyOrderElementsOf(allowed(drive));
    switch (drive.outcome()) {
      case "accept" -> {
        standing.remove(drive.where());
        Run run = Mutations.named(rpc).command(channel, before.name);
        assertThat(run.getRevision().getSequence()).isGreaterThan(stored.run());
        before.awaitState(drive.cell().next());
      }
      case "noop" -> {
        Run run = Mutations.named(rpc).command(channel, before.name);
        assertThat(run.getRevision().getSequence()).isEqualTo(stored.run());
        assertThat(before.state()).isEqualTo(drive.cell().state());
        assertThat(before.stored()).isEqualTo(stored);
      }
      case "refuse" -> {
        PawlError refusal =
            Gateway.refusal(() -> Mutations.named(rpc).command(channel, before.name));
        assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refusal.reason())
            .contains(drive.table() == Table.RUN ? "RUN_STATE_CONFLICT" : "STEP_STATE_CONFLICT");
        Precondition precondition = refusal.precondition().orElseThrow();
        assertThat(precondition.entity()).isEqualTo(before.told());
        assertThat(precondition.state()).isEqualTo(ofItsStep(drive));
        assertThat(precondition.allowed()).containsExactlyElementsOf(before.offered());
        assertThat(before.state()).isEqualTo(drive.cell().state());
        assertThat(before.stored()).isEqualTo(stored);
      }
      default -> throw new AssertionError("an unknown outcome in the table: " + drive);
    }
  }

  /** The commands that the table allows there; what an execution would accept its step says. */
  private static Set<String> allowed(Drive drive) throws IOException {
    Table table = drive.table() == Table.RUN ? Table.RUN : Table.STEP;
    String state = ofItsStep(drive);
    return Set.copyOf(
        there(table)
            .map(cell -> Drive.of(table, cell, drive.word()))
            .filter(other -> other.cell().profile().equals(drive.cell().profile()))
            .filter(other -> other.cell().state().equals(state))
            .filter(other -> !other.outcome().equals("refuse"))
            .map(other -> other.cell().command())
            .toList());
  }

  /** A step has one execution, which is where the step is. */
  private static String ofItsStep(Drive drive) {
    String state = drive.cell().state();
    if (drive.table() != Table.EXECUTION) {
      return state;
    }
    return switch (state) {
      case "PENDING" -> "WAIT_UPSTREAM";
      case "READY" -> "WAIT_DISPATCH";
      case "TIMED_OUT" -> "FAILED";
      default -> state;
    };
  }

  /**
   * How much is stored of a run.
   *
   * @param executions of the execution of each step that was released, in order
   */
  private record Stored(long run, List<Long> executions) {}

  /** A run of its own, with a worker of its own, that is brought into a state. */
  private final class Subject {
    private final Where where;
    private final String group = "g" + names.incrementAndGet();
    private final String run;
    private final String name;

    Subject(Where where) {
      this.where = where;
      this.run = start(group, definition());
      this.name =
          switch (where.table()) {
            case RUN -> run;
            case STEP -> step();
            case EXECUTION -> step() + "/executions/0";
          };
    }

    /** Whom a refusal is about. */
    String told() {
      return where.table() == Table.RUN ? run : step();
    }

    /** The step that it is about: what waits for another is the second. */
    private String step() {
      boolean second = where.state().equals("WAIT_UPSTREAM") || where.state().equals("PENDING");
      return run + "/taskRuns/" + (second ? "b" : "a");
    }

    private WorkflowSpec.Builder definition() {
      TaskSpec.Builder a = task("a");
      switch (where.state()) {
        case "RETRY_WAIT" ->
            a.setRetry(
                Retry.newBuilder()
                    .setMaxAttempts(5)
                    .setFixed(
                        FixedBackoff.newBuilder()
                            .setInterval(Duration.newBuilder().setSeconds(300))));
        default -> a.setRollback(Samples.noop());
      }
      switch (where.word()) {
        case NOTHING -> {}
        case FORWARD_AGAIN -> a.setRetryAfterFailedRollback(true);
        case FORBIDS -> {
          a.addForbid(Command.COMMAND_PASS).setAllowRedo(AllowRedo.ALLOW_REDO_NONE);
          if (!where.state().equals("ROLLBACK_FAILED")) {
            a.addForbid(Command.COMMAND_ROLLBACK);
          }
        }
      }
      return WorkflowSpec.newBuilder()
          .setProfile(Profile.valueOf("PROFILE_" + where.profile()))
          .addTasks(a)
          .addTasks(task("b").addNeeds("a"));
    }

    private TaskSpec.Builder task(String task) {
      return TaskSpec.newBuilder()
          .setName(task)
          .setGroup(group)
          .setExecute(
              Samples.noop().toBuilder()
                  .setTimeout(Duration.newBuilder().setSeconds(600))
                  .setGrace(Duration.newBuilder().setSeconds(300)));
    }

    /** Itself, in its state; nothing is leased any more. */
    Subject brought() throws InterruptedException {
      String of = where.state();
      if (Set.of("WAIT_UPSTREAM", "WAIT_DISPATCH", "PENDING", "READY").contains(of)) {
        awaitState(of);
        return this;
      }
      LeaseHolder worker = new LeaseHolder(channel, "w", group, 1);
      worker.lease(step());
      awaitStep("RUNNING");
      switch (of) {
        case "RUNNING" -> {}
        case "PAUSING" -> command("PauseRun", run);
        case "PAUSING " + FORCED -> command("ForcePauseRun", run);
        case "PAUSED" -> {
          command("ForcePauseRun", run);
          worker.confirmStop(step());
        }
        case "TERMINATING" -> stop();
        case "TERMINATED" -> {
          stop();
          worker.confirmStop(step());
        }
        case "RETRY_WAIT" -> worker.fail(step(), false);
        case "SUCCEEDED" -> {
          worker.succeed(step());
          if (where.table() == Table.RUN) {
            worker.succeed(run + "/taskRuns/b");
          } else {
            worker.lease(run + "/taskRuns/b");
          }
        }
        case "TIMED_OUT" -> worker.timeOut(step());
        case "FAILED", "ROLLING_BACK", "ROLLBACK_FAILED", "ROLLED_BACK" -> {
          worker.fail(step(), true);
          awaitRun("FAILED");
          switch (of) {
            case "ROLLING_BACK" -> {
              worker.drain();
              command("RollbackRun", run);
            }
            case "ROLLBACK_FAILED" -> {
              command("RollbackRun", run);
              worker.fail(step(), true);
            }
            case "ROLLED_BACK" -> {
              command("RollbackRun", run);
              worker.succeed(step());
            }
            default -> {}
          }
        }
        default -> throw new AssertionError("nothing leads to this state: " + where);
      }
      worker.drain();
      awaitState(of.split(" ", 2)[0]);
      awaitRun(ofItsRun());
      return this;
    }

    private void stop() {
      if (where.table() == Table.RUN) {
        command("StopRun", run);
      } else {
        command("StopTaskRun", step());
      }
    }

    /** Where its run comes to rest. */
    private String ofItsRun() {
      String of = where.state().split(" ", 2)[0];
      if (where.table() == Table.RUN) {
        return of;
      }
      return switch (of) {
        case "RUNNING", "RETRY_WAIT", "TERMINATING", "SUCCEEDED" -> "RUNNING";
        case "FAILED", "TIMED_OUT", "TERMINATED" -> "FAILED";
        default -> of;
      };
    }

    private void command(String rpc, String of) {
      Mutations.named(rpc).command(channel, of);
    }

    private Run run() {
      return runs.getRun(GetRunRequest.newBuilder().setName(run).build()).getRun();
    }

    private TaskRun taskRun() {
      return runs.getTaskRun(GetTaskRunRequest.newBuilder().setName(step()).build()).getTaskRun();
    }

    private Optional<Execution> execution(String step) {
      return executions
          .listExecutions(ListExecutionsRequest.newBuilder().setParent(step).build())
          .getExecutionsList()
          .stream()
          .findFirst();
    }

    private String ofStep() {
      return taskRun().getState().name().substring("TASK_RUN_STATE_".length());
    }

    String state() {
      return switch (where.table()) {
        case RUN -> run().getState().name().substring("RUN_STATE_".length());
        case STEP -> ofStep();
        case EXECUTION ->
            execution(step())
                .map(
                    execution -> execution.getState().name().substring("EXECUTION_STATE_".length()))
                .orElseGet(this::unreleased);
      };
    }

    /** Of an execution that was never released its step says what came of it. */
    private String unreleased() {
      String step = ofStep();
      return step.equals("WAIT_UPSTREAM") ? "PENDING" : step;
    }

    /** The commands that it offers, in their order. */
    List<String> offered() {
      return (where.table() == Table.RUN ? run().getCommandsList() : taskRun().getCommandsList())
          .stream()
              .filter(CommandOption::getAllowed)
              .map(option -> option.getCommand().name().substring("COMMAND_".length()))
              .toList();
    }

    Stored stored() {
      List<Long> released = new ArrayList<>();
      for (String step : List.of("a", "b")) {
        execution(run + "/taskRuns/" + step)
            .ifPresent(execution -> released.add(execution.getRevision().getSequence()));
      }
      return new Stored(run().getRevision().getSequence(), released);
    }

    void awaitState(String state) {
      Awaitility.await(where + " to " + state)
          .atMost(java.time.Duration.ofSeconds(20))
          .pollInterval(java.time.Duration.ofMillis(10))
          .until(this::state, state::equals);
    }

    private void awaitStep(String state) {
      Awaitility.await(where + " by " + state)
          .atMost(java.time.Duration.ofSeconds(20))
          .pollInterval(java.time.Duration.ofMillis(10))
          .until(this::ofStep, state::equals);
    }

    private void awaitRun(String state) {
      Awaitility.await(where + " with its run " + state)
          .atMost(java.time.Duration.ofSeconds(20))
          .pollInterval(java.time.Duration.ofMillis(10))
          .until(() -> run().getState().name(), ("RUN_STATE_" + state)::equals);
    }
  }

  private String start(String name, WorkflowSpec.Builder spec) {
    WorkflowServiceGrpc.newBlockingStub(channel)
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent("projects/shop")
                .setWorkflow(spec.setName(name))
                .build());
    return runs.startRun(
            StartRunRequest.newBuilder().setDefinition("projects/shop/workflows/" + name).build())
        .getRun()
        .getName();
  }
}
