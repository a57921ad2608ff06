package dev.pawl.api.run;

import com.google.protobuf.Message;
import dev.pawl.api.call.Caller;
import dev.pawl.api.call.CommandNote;
import dev.pawl.api.call.CommandRequest;
import dev.pawl.api.name.ExecutionName;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.api.name.StepName;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepRef;
import dev.pawl.v1.Run;
import dev.pawl.v1.StepEffect;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/** The commands on runs and on their steps: one shape of request, one way into the engine. */
final class RunCommands {
  private final Runs runs;
  private final RunLookup lookup;
  private final RunMapper mapper;

  RunCommands(Runs runs, RunLookup lookup, RunMapper mapper) {
    this.runs = runs;
    this.lookup = lookup;
    this.mapper = mapper;
  }

  /** What a command is answered with; {@code effects} after a dry run only. */
  record Outcome(Run run, List<StepEffect> effects) {}

  CompletionStage<Outcome> onRun(RunVerb verb, Message request) {
    return onRun(verb, request, Optional.empty());
  }

  /**
   * The same.
   *
   * @param until when a pause ends by itself
   */
  CompletionStage<Outcome> onRun(RunVerb verb, Message request, Optional<Instant> until) {
    CommandRequest command = CommandRequest.of(request, Caller.current());
    return execute(
        ResourceNames.run("name", command.name()), Optional.empty(), verb, until, command);
  }

  CompletionStage<Outcome> onStep(RunVerb verb, Message request) {
    CommandRequest command = CommandRequest.of(request, Caller.current());
    StepName step = ResourceNames.step("name", command.name());
    return execute(
        step.run(), Optional.of(StepRef.of(step.task())), verb, Optional.empty(), command);
  }

  /** Of a step that is not split, what its execution is told the step is. */
  CompletionStage<Outcome> onExecution(RunVerb verb, Message request) {
    CommandRequest command = CommandRequest.of(request, Caller.current());
    ExecutionName execution = ResourceNames.execution("name", command.name());
    StepName step = execution.step();
    return execute(
        step.run(),
        Optional.of(new StepRef(step.task(), OptionalInt.of(execution.index()))),
        verb,
        Optional.empty(),
        command);
  }

  private static RunHead noted(CommandNote note, RunHead head) {
    if (!head.changed()) {
      note.unchanged(head.status().name());
    }
    return head;
  }

  private CompletionStage<Outcome> execute(
      RunName run,
      Optional<StepRef> step,
      RunVerb verb,
      Optional<Instant> until,
      CommandRequest command) {
    CommandNote note = CommandNote.current();
    return lookup
        .find(run)
        .thenCompose(
            id -> {
              note.about(ResourceNames.ofRun(run.project(), id));
              return runs.command(
                      run.project(),
                      id,
                      verb,
                      step,
                      until,
                      command.cause(),
                      command.expected(),
                      command.dryRun())
                  .thenApply(answer -> RunErrors.accepted(run.project(), id, answer));
            })
        .thenApply(head -> noted(note, head))
        .thenCompose(
            head ->
                mapper
                    .toRun(head)
                    .thenApply(
                        shown ->
                            new Outcome(
                                shown,
                                head.foreseen().stream().map(RunMapper::toEffect).toList())));
  }
}
