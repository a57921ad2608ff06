package dev.pawl.bench.chaos.fact;

import dev.pawl.bench.chaos.program.Conduct;
import dev.pawl.bench.chaos.program.Program;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Definition.EffectKind;
import dev.pawl.bench.history.source.SubmittedDefinitions;
import dev.pawl.v1.TaskSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Which program was submitted under which request id, answered or not. */
public final class Submissions {
  private static final String PROJECT = Program.PROJECT.substring("projects/".length());

  private final Map<String, Program> byRequest = new ConcurrentHashMap<>();

  /** A program is about to be submitted. */
  public void add(String requestId, Program program) {
    byRequest.put(requestId, program);
  }

  /** The graph that was submitted under a request id, once its hash is known. */
  Optional<Definition> definition(String requestId, String hash) {
    return Optional.ofNullable(byRequest.get(requestId))
        .map(
            program ->
                switch (program) {
                  case Program.Graph(var spec) ->
                      SubmittedDefinitions.workflow(
                          hash, PROJECT, spec, effects(spec.getTasksList()));
                  case Program.Single(var spec) ->
                      SubmittedDefinitions.task(hash, PROJECT, spec, effects(List.of(spec)));
                });
  }

  private static Function<String, EffectKind> effects(List<TaskSpec> tasks) {
    Map<String, EffectKind> effects = new HashMap<>();
    for (TaskSpec task : tasks) {
      effects.put(task.getName(), Conduct.of(task).map(Conduct::effect).orElse(EffectKind.NONE));
    }
    return name -> effects.getOrDefault(name, EffectKind.NONE);
  }
}
