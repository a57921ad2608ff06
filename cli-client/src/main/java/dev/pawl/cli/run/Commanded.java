package dev.pawl.cli.run;

import static dev.pawl.cli.render.Column.of;

import com.google.protobuf.Message;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.MutationOptions;
import dev.pawl.cli.render.Table;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StepEffect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command on a run or on one of its steps: what it takes, what it asks, how it is answered. */
public abstract class Commanded implements Callable<Integer> {
  private final Invocation invocation;
  private final Verb<?, ?> verb;

  @Mixin private final MutationOptions mutation = new MutationOptions();

  protected Commanded(Invocation invocation, Verb<?, ?> verb) {
    this.invocation = invocation;
    this.verb = verb;
  }

  /** The full name of the run or step that was typed. */
  protected abstract String name(Invocation invocation);

  /** What is sent about that. */
  protected Verb<?, ?> verb(String name) {
    return verb;
  }

  /** Sets what this command alone takes. */
  protected void complete(Invocation given, Message.Builder request) {}

  @Override
  public Integer call() {
    String name = name(invocation);
    return send(verb(name), name);
  }

  protected final Invocation invocation() {
    return invocation;
  }

  protected final Verb<?, ?> verb() {
    return verb;
  }

  protected final MutationOptions mutation() {
    return mutation;
  }

  private <Q extends Message, R extends Message> Integer send(Verb<Q, R> asked, String name) {
    if (!mutation.isDryRun()) {
      asked
          .question()
          .ifPresent(
              question ->
                  invocation.confirm(question.formatted(subject(name, Names.part(name, "runs")))));
    }
    R answer =
        invocation
            .connection()
            .call(
                asked.method(),
                asked.request(
                    name,
                    invocation.requestId(),
                    mutation,
                    request -> complete(invocation, request)));
    Run run = asked.run().apply(answer);
    if (mutation.isDryRun()) {
      // A program wants the effects too, so it gets the whole answer.
      invocation
          .printer()
          .item(
              answer,
              run.getId(),
              run.getName(),
              () -> foreseen(name, run, asked.effects().apply(answer)));
    } else {
      String line =
          "Run %s  %s  %s".formatted(Names.brief(run.getId()), RunDetails.title(run), state(run));
      invocation.printer().item(run, run.getId(), run.getName(), () -> List.of(line));
      if (goesOn(run.getState())) {
        invocation.hint("Follow it: pawl run watch " + Names.brief(run.getId()));
      }
    }
    return ExitCode.OK.number();
  }

  private List<String> foreseen(String name, Run run, List<StepEffect> effects) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Would %s %s (%s), now %s"
            .formatted(
                verb.word(),
                subject(name, Names.brief(run.getId())),
                RunDetails.title(run),
                state(run)));
    if (effects.isEmpty()) {
      lines.add("No step would start or stop.");
    } else {
      lines.add("");
      lines.addAll(
          Table.lines(
              List.of(
                  of("STEP", Names::execution),
                  of("EFFECT", effect -> States.name(effect.getKind()))),
              effects));
    }
    return lines;
  }

  private static String subject(String name, String run) {
    String step = Names.part(name, "taskRuns");
    String execution = Names.part(name, "executions");
    return (step.isEmpty() ? "run " : "step " + step + " of run ")
        + run
        + (execution.isEmpty() ? "" : ", execution " + execution);
  }

  private String state(Run run) {
    return invocation.style().state(States.name(run.getState()));
  }

  /** Whether there is something to follow. */
  private static boolean goesOn(RunState state) {
    return switch (state) {
      case RUN_STATE_WAITING, RUN_STATE_RUNNING, RUN_STATE_ROLLING_BACK -> true;
      case RUN_STATE_UNSPECIFIED,
          RUN_STATE_PAUSING,
          RUN_STATE_PAUSED,
          RUN_STATE_TERMINATING,
          RUN_STATE_SUCCEEDED,
          RUN_STATE_FAILED,
          RUN_STATE_TERMINATED,
          RUN_STATE_ROLLED_BACK,
          RUN_STATE_ROLLBACK_FAILED,
          UNRECOGNIZED ->
          false;
    };
  }
}
