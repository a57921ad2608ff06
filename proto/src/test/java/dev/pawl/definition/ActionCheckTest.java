package dev.pawl.definition;

import static dev.pawl.definition.Specs.actionMistakes;
import static dev.pawl.definition.Specs.millis;
import static dev.pawl.definition.Specs.mistakes;
import static dev.pawl.definition.Specs.seconds;
import static dev.pawl.definition.Specs.task;
import static dev.pawl.definition.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.pawl.v1.Action;
import dev.pawl.v1.Each;
import dev.pawl.v1.ExponentialBackoff;
import dev.pawl.v1.FixedBackoff;
import dev.pawl.v1.HttpAction;
import dev.pawl.v1.JavaAction;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Retry;
import dev.pawl.v1.ShellAction;
import dev.pawl.v1.SqlAction;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActionCheckTest {
  private static Action.Builder noop() {
    return Action.newBuilder().setNoop(NoopAction.getDefaultInstance());
  }

  @Test
  void an_action_has_a_runner_that_works() {
    assertThat(actionMistakes(Action.newBuilder()))
        .containsExactly(
            "tasks[0].execute: has no runner: give exactly one of shell, http, java, noop, run");
    assertThat(actionMistakes(Action.newBuilder().setSql(SqlAction.getDefaultInstance())))
        .containsExactly(
            "tasks[0].execute.sql: `sql` is not supported yet: it belongs to the sql runner"
                + " (UNSUPPORTED); leave it out");
  }

  @Test
  void a_shell_action_has_a_script_and_a_sound_environment() {
    assertThat(
            actionMistakes(
                Action.newBuilder()
                    .setShell(
                        ShellAction.newBuilder()
                            .setScript(" \n")
                            .addInterpreter("")
                            .putEnvironment("HOME", "/srv")
                            .putEnvironment("1A", "x")
                            .putEnvironment("PAWL_FENCE", "x")
                            .putEnvironment("ZERO", "a\0b"))))
        .containsExactly(
            "tasks[0].execute.shell.script: is empty: give the commands to run",
            "tasks[0].execute.shell.interpreter[0]: is empty: give a program such as \"/bin/bash\"",
            "tasks[0].execute.shell.environment[\"1A\"]: \"1A\" is not the name of an environment"
                + " variable: use A-Z a-z 0-9 _ and no digit first",
            "tasks[0].execute.shell.environment.PAWL_FENCE: names that begin with PAWL_ are set by"
                + " the worker",
            "tasks[0].execute.shell.environment.ZERO: holds the control character U+0000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ftp://example.org/x           | must begin with http:// or https://
          example.org                   | must begin with http:// or https://
          https://me:secret@example.org | holds user information
          https:///x                    | names no host
          http://a b/                   | is not a URL
          http://ex_ample:x/            | names no host
          http://h/{other}              | is not a URL
          ''                            | is missing
          """)
  void an_http_action_has_a_plain_url(String url, String fault) {
    assertThat(actionMistakes(Action.newBuilder().setHttp(HttpAction.newBuilder().setUrl(url))))
        .singleElement()
        .asString()
        .startsWith("tasks[0].execute.http.url: " + fault)
        .doesNotContain("secret");
  }

  private static Action.Builder http(String url) {
    return Action.newBuilder()
        .setHttp(
            HttpAction.newBuilder()
                .setUrl(url)
                .putHeaders("If-Match", "{outputs.etag}")
                .setBody("{\"zone\": {inputs.zone}}"));
  }

  @Test
  void a_placeholder_stands_for_something_that_the_action_is_handed() {
    String url = "https://example.org/{inputs.zone}/{outputs.id}?x=1";
    TaskSpec.Builder task =
        task("one")
            .putInputs("zone", Specs.fromParameter("zone"))
            .addOutputs(Specs.output("id"))
            .addOutputs(Specs.output("etag"));
    WorkflowSpec.Builder flow =
        workflow(task.clone().setRollback(http(url)))
            .addParameters(Parameter.newBuilder().setName("zone"));
    assertThat(mistakes(flow)).isEmpty();
    assertThat(mistakes(flow.setTasks(0, task.clone().setCancel(http(url)))))
        .containsExactly(
            "tasks[0].cancel.http.url: {outputs.id}: only `rollback` is handed the outputs of its"
                + " task",
            "tasks[0].cancel.http.headers[\"If-Match\"]: {outputs.etag}: only `rollback` is handed"
                + " the outputs of its task");
    assertThat(mistakes(flow.setTasks(0, task.clone().clearOutputs().setRollback(http(url)))))
        .containsExactly(
            "tasks[0].rollback.http.url: {outputs.id}: the task declares no output \"id\"",
            "tasks[0].rollback.http.headers[\"If-Match\"]: {outputs.etag}: the task declares no"
                + " output \"etag\"");
    assertThat(
            mistakes(
                flow.setTasks(
                    0,
                    task.clone()
                        .setExecute(
                            Action.newBuilder()
                                .setHttp(
                                    HttpAction.newBuilder().setUrl("http://h/{inputs.zine}"))))))
        .contains(
            "tasks[0].execute.http.url: {inputs.zine}: the task is handed no input \"zine\" (did"
                + " you mean \"{inputs.zone}\"?)");
    Action.Builder elsewhere =
        Action.newBuilder().setHttp(HttpAction.newBuilder().setUrl("http://{inputs.zone}/x"));
    assertThat(mistakes(flow.setTasks(0, task.clone().setExecute(elsewhere))))
        .containsExactly(
            "tasks[0].execute.http.url: has a placeholder before its path; the host is said in the"
                + " definition");
  }

  @Test
  void a_task_of_its_own_and_a_split_one_are_handed_more() {
    Action.Builder of = Action.newBuilder();
    of.getHttpBuilder().setUrl("http://h/{inputs.day}");
    assertThat(
            mistakes(
                task("alone").addParameters(Parameter.newBuilder().setName("day")).setExecute(of)))
        .isEmpty();
    of.getHttpBuilder().setUrl("http://h/{inputs.item}");
    assertThat(mistakes(workflow(task("each").setExecute(of)))).hasSize(1);
    assertThat(
            mistakes(
                workflow(
                        task("each")
                            .setExecute(of)
                            .setEach(Each.newBuilder().setOver(Specs.fromParameter("zones"))))
                    .addParameters(
                        Parameter.newBuilder()
                            .setName("zones")
                            .setType(ValueType.VALUE_TYPE_LIST))))
        .isEmpty();
  }

  @Test
  void an_http_action_has_a_known_method_sound_headers_and_possible_statuses() {
    assertThat(
            actionMistakes(
                Action.newBuilder()
                    .setHttp(
                        HttpAction.newBuilder()
                            .setUrl("https://example.org/health?x=1")
                            .setMethod("post")
                            .putHeaders("Accept", "text/plain")
                            .putHeaders("a b", "x")
                            .putHeaders("Pawl-Fence", "1")
                            .putHeaders("X-Split", "a\r\nb")
                            .addExpectedStatus(200)
                            .addExpectedStatus(99)
                            .addExpectedStatus(600))))
        .containsExactly(
            "tasks[0].execute.http.method: \"post\" is not one of GET, HEAD, POST, PUT, PATCH,"
                + " DELETE, OPTIONS (did you mean \"POST\"?)",
            "tasks[0].execute.http.headers[\"a b\"]: \"a b\" is not the name of a header",
            "tasks[0].execute.http.headers[\"Pawl-Fence\"]: is set by the runner; leave it out",
            "tasks[0].execute.http.headers[\"X-Split\"]: holds the control character U+000D",
            "tasks[0].execute.http.expectedStatus[1]: is 99; a status is 100 to 599",
            "tasks[0].execute.http.expectedStatus[2]: is 600; a status is 100 to 599");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "line\nbreak"})
  void a_java_action_names_a_handler(String handler) {
    assertThat(
            actionMistakes(
                Action.newBuilder().setJava(JavaAction.newBuilder().setHandler(handler))))
        .singleElement()
        .asString()
        .startsWith("tasks[0].execute.java.handler: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -1       | 0         | is negative
          0        | -5        | is negative
          1        | -5        | is malformed
          0        | 0         | is 0 s; give 1 s to 365 days
          0        | 999000000 | is 999 ms; give 1 s to 365 days
          2        | 1500      | is finer than a millisecond
          31536001 | 0         | is longer than 365 days
          9223372036854775807 | 0 | is longer than 365 days
          """)
  void the_timeout_of_an_attempt_is_1_s_to_a_year(long seconds, int nanos, String fault) {
    assertThat(
            actionMistakes(
                noop().setTimeout(Duration.newBuilder().setSeconds(seconds).setNanos(nanos))))
        .singleElement()
        .asString()
        .startsWith("tasks[0].execute.timeout: " + fault);
  }

  @Test
  void the_borders_of_durations_are_allowed() {
    assertThat(
            actionMistakes(
                Action.newBuilder()
                    .setNoop(NoopAction.newBuilder().setDuration(seconds(0)))
                    .setTimeout(seconds(31_536_000))
                    .setGrace(seconds(3_600))))
        .isEmpty();
    assertThat(actionMistakes(noop().setTimeout(seconds(1)).setGrace(seconds(0)))).isEmpty();
    assertThat(actionMistakes(noop().setGrace(millis(3_600_001))))
        .containsExactly("tasks[0].execute.grace: is longer than 3600 s; give 0 s to 3600 s");
  }

  @Test
  void a_retry_is_bounded() {
    assertThat(retryMistakes(Retry.newBuilder()))
        .containsExactly("maxAttempts: is 0; give 1 to 1,000, the first attempt included");
    assertThat(
            retryMistakes(
                Retry.newBuilder()
                    .setMaxAttempts(1_001)
                    .setFixed(FixedBackoff.getDefaultInstance())))
        .containsExactly(
            "maxAttempts: is 1001; give 1 to 1,000, the first attempt included",
            "fixed.interval: is missing: give a duration such as 5s");
    assertThat(
            retryMistakes(
                exponential(
                    ExponentialBackoff.newBuilder()
                        .setInitial(seconds(10))
                        .setFactor(0.5)
                        .setMax(seconds(5)))))
        .containsExactly(
            "exponential.factor: is 0.5; give 1 to 100",
            "exponential.max: is 5 s, less than `initial`; give at least as much");
    assertThat(
            retryMistakes(
                exponential(
                    ExponentialBackoff.newBuilder()
                        .setInitial(seconds(601))
                        .setFactor(Double.NaN))))
        .containsExactly(
            "exponential.factor: is NaN; give 1 to 100",
            "exponential.max: is 600 s when absent, less than `initial`; give at least as much");
    assertThat(
            retryMistakes(
                exponential(
                    ExponentialBackoff.newBuilder()
                        .setInitial(seconds(5))
                        .setFactor(2)
                        .setMax(seconds(600)))))
        .isEmpty();
  }

  private static Retry.Builder exponential(ExponentialBackoff.Builder backoff) {
    return Retry.newBuilder().setMaxAttempts(3).setExponential(backoff);
  }

  private static List<String> retryMistakes(Retry.Builder retry) {
    return mistakes(workflow(task("one").setRetry(retry))).stream()
        .map(mistake -> mistake.substring("tasks[0].retry.".length()))
        .toList();
  }
}
