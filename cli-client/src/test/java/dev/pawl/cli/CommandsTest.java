package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import dev.pawl.cli.server.Answers;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.cli.terminal.Screen;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.covers.Covers;
import dev.pawl.v1.PassRunRequest;
import dev.pawl.v1.PassTaskRunRequest;
import dev.pawl.v1.RedoRunRequest;
import dev.pawl.v1.RetryRunRequest;
import dev.pawl.v1.RetryRunResponse;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StepEffect;
import dev.pawl.v1.StepEffectKind;
import dev.pawl.v1.StopRunRequest;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on runs and on their steps. */
class CommandsTest {
  private static final Screen TERMINAL =
      new Screen() {
        @Override
        public boolean isInteractive() {
          return true;
        }

        @Override
        public boolean canAsk() {
          return true;
        }

        @Override
        public Size size() {
          return new Size(80, 24);
        }
      };

  private static final String STEP = Sample.RUN + "/taskRuns/swap";
  private static final String REQUEST = "01890a5d-ac96-774b-bcce-b302099a8057";

  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  @BeforeEach
  void a_run() {
    server.runs.put(Sample.run(RunState.RUN_STATE_FAILED));
  }

  private Shell.Ran run(String line) {
    return shell.run(line.replace("ID", Sample.ID).split(" "));
  }

  private Message only() {
    assertThat(server.runs.commanded).hasSize(1);
    return server.runs.commanded.getFirst();
  }

  private static Map<String, Object> fields(Message message) {
    Map<String, Object> fields = new HashMap<>();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      fields.put(field.getKey().getName(), field.getValue());
    }
    return fields;
  }

  private static StepEffect effect(String step, StepEffectKind kind) {
    return StepEffect.newBuilder().setStep(step).setKind(kind).build();
  }

  @ParameterizedTest
  @CsvSource({
    "run pause, PauseRunRequest, ⊘ PAUSED",
    "run force-pause, ForcePauseRunRequest, ● PAUSING",
    "run continue, ContinueRunRequest, ● RUNNING",
    "run resume, ContinueRunRequest, ● RUNNING",
    "run stop, StopRunRequest, ● TERMINATING",
    "run cancel, StopRunRequest, ● TERMINATING",
    "run retry, RetryRunRequest, ● RUNNING",
    "run rollback, RollbackRunRequest, ● ROLLING_BACK",
    "run abort, RollbackRunRequest, ● ROLLING_BACK",
    "run pass, PassRunRequest, ✓ SUCCEEDED",
    "run skip, PassRunRequest, ✓ SUCCEEDED",
    "run redo, RedoRunRequest, ● RUNNING",
    "run rerun, RedoRunRequest, ● RUNNING",
    "step retry, RetryTaskRunRequest, ● RUNNING",
    "step rerun, RetryTaskRunRequest, ● RUNNING",
    "step stop, StopTaskRunRequest, ● RUNNING",
    "step terminate, StopTaskRunRequest, ● RUNNING",
    "step redo, RedoTaskRunRequest, ● RUNNING",
    "step pass, PassTaskRunRequest, ● RUNNING",
    "step skip, PassTaskRunRequest, ● RUNNING",
    "step mark-success, PassTaskRunRequest, ● RUNNING"
  })
  void a_command_sends_all_that_was_typed_and_tells_the_state_that_it_made(
      String words, String type, String state) {
    boolean ofStep = words.startsWith("step");

    Shell.Ran ran =
        run(
            words
                + (ofStep ? " ID/swap" : " ID")
                + " --yes --reason why --expected-version 7 --request-id "
                + REQUEST);

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).isEqualTo("Run 07f3k2xy  upgrade v12  " + state + "\n");
    assertThat(only().getDescriptorForType().getName()).isEqualTo(type);
    Map<String, Object> fields = fields(only());
    assertThat(fields)
        .containsEntry("name", ofStep ? STEP : Sample.RUN)
        .containsEntry("request_id", REQUEST)
        .containsEntry("expected_version", 7L)
        .containsEntry("reason", "why")
        .doesNotContainKey("dry_run");
  }

  @Test
  void what_was_not_typed_is_not_sent_but_the_request_has_an_id() {
    run("run retry ID");

    assertThat(fields(only())).containsOnlyKeys("name", "request_id");
    assertThat(((RetryRunRequest) only()).getRequestId()).hasSize(36);
  }

  @ParameterizedTest
  @CsvSource({"run pause", "run force-pause"})
  void a_pause_is_told_when_it_ends_in_two_ways(String words) {
    run(words + " ID --until 2026-12-01T06:00:00Z");
    run(words + " ID --until 1h");

    assertThat(fields(server.runs.commanded.getFirst()).get("until"))
        .isEqualTo(Timestamp.newBuilder().setSeconds(1_796_104_800L).build());
    assertThat(fields(server.runs.commanded.getLast())).containsKey("until");
    Shell.Ran wrong = run(words + " ID --until tomorrow");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("'tomorrow' is neither a duration");
  }

  @Test
  void a_command_after_which_the_run_goes_on_tells_how_to_follow_it() {
    assertThat(run("step retry ID/swap").err()).isEqualTo("Follow it: pawl run watch 07f3k2xy\n");
    assertThat(run("run pause ID").err()).isEmpty();
    assertThat(run("run retry ID -q").out()).isEqualTo(Sample.ID + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "run stop ID, Stop run ID?",
    "run rollback ID, Take back all that run ID did?",
    "run pass ID, Count run ID as succeeded? Nothing more of it runs.",
    "run redo ID, Do all of run ID once more?",
    "step stop ID/swap, Stop step swap of run ID?",
    "step redo ID/swap, Do step swap of run ID once more?",
    "step pass ID/swap, Count step swap of run ID as succeeded?",
    "run stop @latest, Stop run ID?"
  })
  @Covers({"OBS-6", "OBS-40"})
  void what_cannot_be_taken_back_is_asked_on_a_terminal_and_wants_yes_elsewhere(
      String line, String question) {
    String asked = question.replace("ID", Sample.ID);

    Shell.Ran alone = run(line);
    assertThat(alone.exitCode()).isEqualTo(2);
    assertThat(alone.err()).contains(asked, "Say --yes to do it.");

    shell.on(TERMINAL);
    Shell.Ran refused = shell.typing("n\n").run(line.replace("ID", Sample.ID).split(" "));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains(asked + " [y/N]", "Not confirmed; nothing was done.");
    assertThat(shell.typing("").run(line.replace("ID", Sample.ID).split(" ")).exitCode())
        .isEqualTo(1);
    assertThat(server.runs.commanded).isEmpty();

    shell.typing("y\n");
    assertThat(run(line).exitCode()).isZero();
    shell.on(Screen.none());
    assertThat(run(line + " --yes").exitCode()).isZero();
    assertThat(run(line + " --dry-run").exitCode()).isZero();
    assertThat(server.runs.commanded).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run pause ID", "run force-pause ID", "run continue ID", "run retry ID"})
  void what_can_be_taken_back_is_not_asked(String line) {
    assertThat(run(line).exitCode()).isZero();
  }

  @Test
  void a_confirmed_command_says_so_and_a_dry_run_does_not() {
    run("run pass ID --yes");
    run("run redo ID --yes");
    run("run pass ID --dry-run");
    run("run redo ID --dry-run");

    List<Message> sent = server.runs.commanded;
    assertThat(((PassRunRequest) sent.get(0)).getConfirm()).isTrue();
    assertThat(((RedoRunRequest) sent.get(1)).getConfirm()).isTrue();
    assertThat(((PassRunRequest) sent.get(2)).getConfirm()).isFalse();
    assertThat(((RedoRunRequest) sent.get(3)).getConfirm()).isFalse();
    assertThat(((RedoRunRequest) sent.get(3)).getDryRun()).isTrue();
  }

  @Test
  void a_dry_run_lists_what_the_steps_would_do_in_order() {
    server.runs.effects.add(effect("swap", StepEffectKind.STEP_EFFECT_KIND_PASS));
    server.runs.effects.add(effect("download", StepEffectKind.STEP_EFFECT_KIND_RETRY));
    server.runs.effects.add(effect("verify", StepEffectKind.STEP_EFFECT_KIND_EXECUTE));

    Golden.check("dry-run-step", run("step pass ID/swap --dry-run").out());
    Golden.check("dry-run", run("run retry ID --dry-run").out());
    assertThat(run("run stop ID --dry-run -q").out()).isEqualTo(Sample.ID + "\n");
    assertThat(run("run stop ID --dry-run").err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "run pause ID, Would pause run 07f3k2xy",
    "run force-pause ID, Would force-pause run 07f3k2xy",
    "run continue ID, Would continue run 07f3k2xy",
    "run stop ID, Would stop run 07f3k2xy",
    "run retry ID, Would retry run 07f3k2xy",
    "run pass ID, Would pass run 07f3k2xy",
    "run redo ID, Would redo run 07f3k2xy",
    "step retry ID/swap, Would retry step swap of run 07f3k2xy",
    "step pass ID/swap, Would pass step swap of run 07f3k2xy"
  })
  void a_dry_run_without_effects_says_that_nothing_would_start_or_stop(String line, String would) {
    assertThat(run(line + " --dry-run").out())
        .isEqualTo(would + " (upgrade v12), now ✗ FAILED\nNo step would start or stop.\n");
  }

  @Test
  void programs_get_the_whole_answer_of_a_dry_run_and_the_run_of_a_real_one() throws Exception {
    server.runs.effects.add(effect("swap", StepEffectKind.STEP_EFFECT_KIND_RETRY));

    RetryRunResponse.Builder answer = RetryRunResponse.newBuilder();
    JsonFormat.parser().merge(run("run retry ID --dry-run -o json").out(), answer);
    assertThat(answer.getEffectsList()).isEqualTo(server.runs.effects);
    assertThat(answer.getRun()).isEqualTo(Sample.run(RunState.RUN_STATE_FAILED));
    assertThat(run("run retry ID --dry-run -o jsonl").out()).startsWith("{\"run\":{");
    assertThat(run("run retry ID --dry-run -o name").out()).isEqualTo(Sample.RUN + "\n");
    assertThat(run("run retry ID -o jsonl").out()).startsWith("{\"name\":\"" + Sample.RUN);
  }

  @Test
  void a_step_that_refuses_is_told_with_what_is_allowed() {
    server.runs.refusal.set(
        Optional.of(
            PawlErrors.toException(
                new PawlError(
                    Status.Code.FAILED_PRECONDITION,
                    "step swap is TERMINATED and refuses RETRY: forbidden by its definition",
                    Optional.of("STEP_STATE_CONFLICT"),
                    Map.of(),
                    List.of(),
                    Optional.of(
                        new PawlError.Precondition(STEP, "TERMINATED", List.of("PASS")))))));

    Shell.Ran ran = run("step retry ID/swap");

    assertThat(ran.exitCode()).isEqualTo(5);
    assertThat(ran.out()).isEmpty();
    Golden.check("step-conflict", ran.err());
  }

  @Test
  void a_run_that_refuses_names_the_commands_as_they_are_typed() {
    server.runs.refusal.set(
        Optional.of(
            PawlErrors.toException(
                new PawlError(
                    Status.Code.FAILED_PRECONDITION,
                    "the run is RUNNING",
                    Optional.of("RUN_STATE_CONFLICT"),
                    Map.of(),
                    List.of(),
                    Optional.of(
                        new PawlError.Precondition(
                            Sample.RUN, "RUNNING", List.of("PAUSE", "FORCED_PAUSE")))))));

    Shell.Ran ran = run("run retry ID");

    assertThat(ran.exitCode()).isEqualTo(5);
    assertThat(ran.err()).contains("state now: RUNNING\n  allowed now: pause, force-pause\n");
  }

  @Test
  void a_server_that_wants_a_confirmation_that_is_not_there_makes_it_a_wrong_call() {
    server.runs.refusal.set(
        Optional.of(
            Answers.refusal(
                Status.Code.INVALID_ARGUMENT, "CONFIRM_REQUIRED", "redo needs confirm")));

    Shell.Ran ran = run("run redo ID --yes");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("[CONFIRM_REQUIRED]");
  }

  @Test
  void a_command_on_a_step_wants_a_step() {
    assertThat(run("step retry ID").exitCode()).isEqualTo(2);
    assertThat(run("run retry ID/swap").exitCode()).isEqualTo(2);
    assertThat(server.runs.commanded).isEmpty();
    run("step pass @latest/swap --yes");
    assertThat(((PassTaskRunRequest) only()).getName()).isEqualTo(STEP);
    run("run stop @latest --yes");
    assertThat(((StopRunRequest) server.runs.commanded.getLast()).getName()).isEqualTo(Sample.RUN);
  }
}
