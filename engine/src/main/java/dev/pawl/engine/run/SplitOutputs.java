package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the executions of a task that is split give together: others are handed it as a list, inside
 * a message.
 */
final class SplitOutputs {
  /** The most that the outputs of all executions of a task may weigh, in bytes. */
  static final int MOST = 64 * 1024;

  private SplitOutputs() {}

  /** The ends in their order; one whose outputs are above the limit of its task failed. */
  static List<StepEnd> bounded(Plan plan, Steps steps, List<StepEnd> ends) {
    Map<Integer, Long> weights = new HashMap<>();
    List<StepEnd> bounded = new ArrayList<>(ends.size());
    for (StepEnd end : ends) {
      boolean counts = !end.outputs().isEmpty() && plan.task(end.index()).each().isPresent();
      if (!counts) {
        bounded.add(end);
        continue;
      }
      int task = plan.task(end.index()).index();
      long before = weights.computeIfAbsent(task, _ -> weight(steps.endsOf(task)));
      long after = before + weight(Stream.of(end));
      if (after > MOST) {
        bounded.add(end.tooLarge(why(plan, end)));
      } else {
        weights.put(task, after);
        bounded.add(end);
      }
    }
    return bounded;
  }

  private static String why(Plan plan, StepEnd end) {
    return "the outputs of all executions of %s are at most %d KiB together, each at most 16 KiB"
        .formatted(plan.task(end.index()).name(), MOST / 1024);
  }

  private static long weight(Stream<StepEnd> ends) {
    return ends.flatMap(end -> end.outputs().values().stream())
        .mapToLong(
            output ->
                switch (output) {
                  case Payload.Inline(var value) -> value.getSerializedSize();
                  // Too large for a message by itself.
                  case Payload.Stored _ -> MOST + 1L;
                })
        .sum();
  }
}
