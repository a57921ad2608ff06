package dev.pawl.engine.run;

import com.google.protobuf.Value;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.LockPlan;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.run.RunRejection.Mistake;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The locks that a run wants: those of its plan with their keys looked up. */
final class LockKeys {
  /** The most locks of one run. */
  static final int MOST = 64;

  private static final int LENGTH = 256;
  private static final double LARGEST_INTEGER = 9_007_199_254_740_992.0;

  private LockKeys() {}

  /** Sorted and each once; meaningless when there are mistakes. */
  record Wanted(List<LockName> locks, List<Mistake> mistakes) {
    Wanted {
      locks = List.copyOf(locks);
      mistakes = List.copyOf(mistakes);
    }
  }

  static Wanted of(LockPlan plan, Map<String, Payload> parameters) {
    SortedSet<LockName> locks = new TreeSet<>();
    List<Mistake> mistakes = new ArrayList<>();
    for (LockPlan.Wanted wanted : plan.wanted()) {
      if (wanted.key().isEmpty()) {
        locks.add(LockName.global(wanted.scope()));
        continue;
      }
      switch (wanted.key().get()) {
        case Source.Literal(var value) -> add(wanted.scope(), "", value, locks, mistakes);
        case Source.FromParameter(var name) -> {
          switch (parameters.get(name)) {
            case Payload.Inline(var value) -> add(wanted.scope(), name, value, locks, mistakes);
            case Payload.Stored _ ->
                mistakes.add(new Mistake(name, "names locks: at most 16 KiB of keys"));
            case null -> mistakes.add(new Mistake(name, "names locks, and was not given"));
          }
        }
        case Source.FromOutput _ ->
            throw new IllegalStateException("a lock's key cannot come from a task");
      }
    }
    if (mistakes.isEmpty() && locks.size() > MOST) {
      mistakes.add(
          new Mistake(
              parameterOf(plan),
              "the run would hold %d locks; at most %d".formatted(locks.size(), MOST)));
    }
    return new Wanted(List.copyOf(locks), mistakes);
  }

  private static String parameterOf(LockPlan plan) {
    return plan.wanted().stream()
        .flatMap(wanted -> wanted.key().stream())
        .filter(Source.FromParameter.class::isInstance)
        .map(key -> ((Source.FromParameter) key).name())
        .findFirst()
        .orElse("locks");
  }

  private static void add(
      String scope,
      String parameter,
      Value value,
      SortedSet<LockName> locks,
      List<Mistake> mistakes) {
    List<Value> elements =
        value.hasListValue() ? value.getListValue().getValuesList() : List.of(value);
    if (elements.isEmpty()) {
      mistakes.add(
          new Mistake(parameter, "names locks, and is an empty list: name what is to be locked"));
    }
    for (Value element : elements) {
      String key = text(element);
      int length = key.codePointCount(0, key.length());
      if (key.isBlank() || length > LENGTH || key.chars().anyMatch(Character::isISOControl)) {
        mistakes.add(
            new Mistake(
                parameter,
                "names locks: a key is a string of 1 to %d characters of plain text, or a whole number"
                    .formatted(LENGTH)));
        return;
      }
      locks.add(LockName.of(scope, key));
    }
  }

  /** Empty for what is no key. */
  private static String text(Value value) {
    boolean whole =
        value.hasNumberValue()
            && value.getNumberValue() == Math.rint(value.getNumberValue())
            && Math.abs(value.getNumberValue()) <= LARGEST_INTEGER;
    return whole ? Long.toString((long) value.getNumberValue()) : value.getStringValue();
  }
}
