package dev.pawl.api.run;

import dev.pawl.api.filter.OrderBy;
import dev.pawl.api.page.SealedTokens;
import dev.pawl.api.page.SealedTokens.Purpose;
import dev.pawl.engine.run.StepView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An order of steps, by texts that compare as what they stand for does; the place in the definition
 * decides where they are equal.
 */
record StepOrder(OrderBy by) {
  private static final List<String> KNOWN =
      List.of("name", "state", "attempt", "start_time", "end_time");
  private static final char BETWEEN = '\n';

  /** Behind every instant. */
  private static final String NEVER = "~";

  /** Reads {@code order_by}; refuses with INVALID_FIELD. */
  static StepOrder parse(String text) {
    return new StepOrder(OrderBy.parse(text, KNOWN));
  }

  /** Where a step stands: what comes before it is less. */
  record Place(StepOrder order, List<String> keys, int index) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      List<OrderBy.Key> by = order.by().keys();
      for (int i = 0; i < by.size(); i++) {
        int compared = keys.get(i).compareTo(other.keys.get(i));
        if (compared != 0) {
          return by.get(i).descending() ? -compared : compared;
        }
      }
      return Integer.compare(index, other.index);
    }

    /** As a page's token carries it. */
    String text() {
      List<String> all = new ArrayList<>(keys);
      all.add(Integer.toString(index));
      return String.join(String.valueOf(BETWEEN), all);
    }
  }

  Place place(StepView step) {
    return new Place(
        this, by.keys().stream().map(key -> key(key.field(), step)).toList(), step.index());
  }

  private static String key(String field, StepView step) {
    return switch (field) {
      case "name" -> step.task();
      case "state" -> "%03d".formatted(RunWords.toProto(step.status()).getNumber());
      case "attempt" -> "%010d".formatted(step.attempt());
      case "start_time" -> text(step.startedAt());
      case "end_time" -> text(step.endedAt());
      default -> throw new IllegalStateException("steps are not ordered by " + field);
    };
  }

  private static String text(Optional<Instant> at) {
    return at.map(instant -> "%019d%09d".formatted(instant.getEpochSecond(), instant.getNano()))
        .orElse(NEVER);
  }

  Place parsePlace(String text) {
    List<String> all = List.of(text.split(String.valueOf(BETWEEN), -1));
    if (all.size() != by.keys().size() + 1) {
      throw SealedTokens.damaged(Purpose.PAGE);
    }
    try {
      return new Place(this, all.subList(0, all.size() - 1), Integer.parseInt(all.getLast()));
    } catch (NumberFormatException e) {
      throw SealedTokens.damaged(Purpose.PAGE);
    }
  }
}
