package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.server.Answers;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.v1.RunState;
import io.grpc.Status;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, 2",
    "NOT_FOUND, 3",
    "UNAUTHENTICATED, 4",
    "PERMISSION_DENIED, 4",
    "FAILED_PRECONDITION, 5",
    "ALREADY_EXISTS, 5",
    "ABORTED, 5",
    "OUT_OF_RANGE, 5",
    "RESOURCE_EXHAUSTED, 1",
    "UNIMPLEMENTED, 1",
    "INTERNAL, 1",
    "UNKNOWN, 1",
    "DEADLINE_EXCEEDED, 7"
  })
  void every_status_has_its_exit_code(Status.Code code, int exitCode) {
    server.runs.refusal.set(Optional.of(Answers.refusal(code, "SOME_REASON", "It is so.")));

    Shell.Ran ran = shell.run("run", "get", "x");

    assertThat(ran.exitCode()).isEqualTo(exitCode);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("error: It is so.  [SOME_REASON]");
  }

  @Test
  void a_state_that_refuses_is_told_with_what_is_allowed() {
    server.runs.refusal.set(
        Optional.of(
            PawlErrors.toException(
                new PawlError(
                    Status.Code.FAILED_PRECONDITION,
                    "run 7f3k2xy is SUCCEEDED; pause needs RUNNING",
                    Optional.of("RUN_STATE_CONFLICT"),
                    Map.of("trace", "4f1c"),
                    List.of(),
                    Optional.of(
                        new PawlError.Precondition(
                            Sample.RUN, "SUCCEEDED", List.of("REDO", "CONTINUE_FAILED")))))));

    Shell.Ran ran = shell.run("run", "pause", "7f3k2xy");

    assertThat(ran.exitCode()).isEqualTo(5);
    Golden.check("state-conflict", ran.err());
  }

  @Test
  void every_field_that_is_wrong_is_named() {
    server.runs.refusal.set(
        Optional.of(
            PawlErrors.toException(
                new PawlError(
                    Status.Code.INVALID_ARGUMENT,
                    "2 parameters do not fit",
                    Optional.of("INVALID_PARAMETERS"),
                    Map.of(),
                    List.of(
                        new PawlError.FieldViolation("parameters.version", "is missing"),
                        new PawlError.FieldViolation("parameters.rows", "must be a number")),
                    Optional.empty()))));

    assertThat(shell.run("run", "get", "x").err())
        .contains("  parameters.version: is missing\n  parameters.rows: must be a number\n");
  }

  @Test
  void nobody_listening_exits_with_6_within_the_timeout() throws IOException {
    int port = freePort();

    Shell.Ran ran = Shell.at("127.0.0.1:" + port).run("run", "get", "x", "--timeout", "600ms");

    assertThat(ran.exitCode()).isEqualTo(6);
    assertThat(ran.err())
        .contains("127.0.0.1:" + port + " cannot be reached: nobody answers there.")
        .contains("pawl dev");
  }

  @Test
  void a_server_that_comes_within_the_timeout_is_waited_for() throws Exception {
    int port = freePort();
    var ran =
        CompletableFuture.supplyAsync(
            () -> Shell.at("127.0.0.1:" + port).run("run", "get", "x", "--timeout", "30s"));
    Awaitility.await().pollDelay(Duration.ofMillis(500)).until(() -> !ran.isDone());

    try (FakeServer late = new FakeServer(port)) {
      late.runs.put(Sample.run(RunState.RUN_STATE_RUNNING).toBuilder().setId("x").build());
      assertThat(ran.get(30, TimeUnit.SECONDS).exitCode()).isZero();
    }
  }

  @Test
  void a_server_that_is_starting_is_asked_again() {
    server.runs.put(Sample.run(RunState.RUN_STATE_RUNNING));
    server.runs.unavailable.set(3);

    assertThat(shell.run("run", "get", Sample.ID).exitCode()).isZero();
    assertThat(server.runs.unavailable).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "run get",
    "run get a b",
    "run list --limit x",
    "run list -o nope",
    "run list --timeout soon",
    "run start wf --param novalue",
    "run get a/b",
    "workflow apply",
    "workflow apply -f does-not-exist.yaml",
    "events watch --filter state",
    "events watch --kind nope",
    "events watch -o json"
  })
  void a_wrong_command_line_exits_with_2_before_any_call(String line) {
    Shell.Ran ran = Shell.alone().run(line.split(" "));

    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).startsWith("error: ");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void a_malformed_address_is_a_wrong_command_line() {
    Shell.Ran ran = Shell.at("one:7171,no port at all").run("run", "get", "x");
    assertThat(ran.exitCode()).isEqualTo(2);
    Golden.check("malformed-address", ran.err());

    Shell.Ran flagged = Shell.alone().run("run", "get", "x", "--address", "one:7171,");
    assertThat(flagged.exitCode()).isEqualTo(2);
    assertThat(flagged.err()).startsWith("error: --address names no servers");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void any_of_several_servers_answers(boolean theFirst) throws IOException {
    server.runs.put(Sample.run(RunState.RUN_STATE_RUNNING));
    String nobody = "127.0.0.1:" + freePort();
    String servers = theFirst ? server.address() + "," + nobody : nobody + "," + server.address();

    assertThat(Shell.at(servers).run("run", "get", Sample.ID).exitCode()).isZero();
    assertThat(Shell.alone().run("run", "get", Sample.ID, "--address", servers).exitCode())
        .isZero();
  }

  @Test
  void when_none_of_several_servers_is_there_all_are_named() throws IOException {
    String servers = "127.0.0.1:" + freePort() + ",127.0.0.1:" + freePort();

    Shell.Ran ran = Shell.at(servers).run("run", "get", "x", "--timeout", "600ms");

    assertThat(ran.exitCode()).isEqualTo(6);
    assertThat(ran.err())
        .startsWith(
            "error: None of the servers " + servers.replace(",", ", ") + " can be reached:");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
