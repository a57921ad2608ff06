package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import java.util.ArrayList;
import java.util.List;

/** Ends of tasks in portions: an event, and a write, has a limit. */
final class Slices {
  /** The most that the ends of one event may weigh, in bytes. */
  static final int EVENT = 96 * 1024;

  /** The most that the ends of one write may weigh, in bytes. */
  static final int WRITE = 1024 * 1024;

  private static final int ENVELOPE = 64;

  private Slices() {}

  /** The ends in their order, in lists that weigh at most so much, or hold a single one. */
  static List<List<StepEnd>> of(List<StepEnd> ends, int most) {
    List<List<StepEnd>> slices = new ArrayList<>();
    List<StepEnd> slice = new ArrayList<>();
    int weight = 0;
    for (StepEnd end : ends) {
      int more = weight(end);
      if (!slice.isEmpty() && weight + more > most) {
        slices.add(List.copyOf(slice));
        slice.clear();
        weight = 0;
      }
      slice.add(end);
      weight += more;
    }
    if (!slice.isEmpty()) {
      slices.add(List.copyOf(slice));
    }
    return slices;
  }

  /** About what an end takes when it is stored. */
  private static int weight(StepEnd end) {
    int weight =
        ENVELOPE
            + end.reason().length()
            + end.message().length()
            + end.lastLogLine().length()
            + end.worker().length()
            + end.data().size();
    for (var output : end.outputs().entrySet()) {
      weight +=
          output.getKey().length()
              + switch (output.getValue()) {
                case Payload.Inline(var value) -> value.getSerializedSize();
                case Payload.Stored _ -> ENVELOPE;
              };
    }
    return weight;
  }
}
