package dev.pawl.bench.chaos.program;

import com.google.protobuf.Value;
import com.google.protobuf.util.Values;
import dev.pawl.bench.history.Definition.EffectKind;
import dev.pawl.v1.Source;
import dev.pawl.v1.TaskSpec;
import dev.pawl.worker.Inputs;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a task's handler does, as the task's inputs tell it.
 *
 * @param acts of the first attempt, the second ...; the last one is that of all that follow
 * @param lines that it logs
 * @param effect what it does to the ledger
 * @param undo what taking it back does: one that fails does so every other time
 */
public record Conduct(List<Act> acts, int lines, EffectKind effect, Act undo) {
  /** The name under which workers know it. */
  public static final String HANDLER = "chaos";

  /** The one output that every task gives. */
  public static final String OUTPUT = "done";

  private static final String ACTS = "acts";
  private static final String LINES = "lines";
  private static final String EFFECT = "effect";
  private static final String UNDO = "undo";

  public Conduct {
    acts = List.copyOf(acts);
    if (acts.isEmpty()) {
      throw new IllegalArgumentException("a conduct needs one act at least");
    }
  }

  /** What the attempt of this number does, counted from 1. */
  public Act act(int attempt) {
    return acts.get(Math.min(attempt, acts.size()) - 1);
  }

  Map<String, Source> inputs() {
    return Map.of(
        ACTS,
        source(Values.of(acts.stream().map(Act::toString).collect(Collectors.joining(" ")))),
        LINES,
        source(Values.of(lines)),
        EFFECT,
        source(Values.of(effect.name())),
        UNDO,
        source(Values.of(undo.toString())));
  }

  private static Source source(Value value) {
    return Source.newBuilder().setValue(value).build();
  }

  /** Reads what {@link #inputs} said, once it has come to a handler. */
  public static Conduct of(Inputs inputs) {
    return of(
        inputs.string(ACTS), inputs.integer(LINES), inputs.string(EFFECT), inputs.string(UNDO));
  }

  /** Reads it in a definition; empty when the task is not for the handler. */
  public static Optional<Conduct> of(TaskSpec task) {
    if (!task.getExecute().getJava().getHandler().equals(HANDLER)) {
      return Optional.empty();
    }
    return Optional.of(
        of(
            value(task, ACTS).getStringValue(),
            (long) value(task, LINES).getNumberValue(),
            value(task, EFFECT).getStringValue(),
            value(task, UNDO).getStringValue()));
  }

  private static Value value(TaskSpec task, String input) {
    return task.getInputsOrThrow(input).getValue();
  }

  private static Conduct of(String acts, long lines, String effect, String undo) {
    return new Conduct(
        Arrays.stream(acts.split(" ", -1)).map(Act::parse).toList(),
        (int) lines,
        EffectKind.valueOf(effect),
        Act.parse(undo));
  }
}
