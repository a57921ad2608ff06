package dev.pawl.bench.history.world;

import dev.pawl.bench.history.Effect;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The outside: it takes a key once, and nothing under a fence below one that it has seen. */
final class Ledger {
  private final World world;
  private final Map<String, Long> highest = new HashMap<>();
  private final Set<String> applied = new HashSet<>();

  Ledger(World world) {
    this.world = world;
  }

  Effect.Answer call(String key, String execution, long fence) {
    Effect.Answer answer;
    if (fence < highest.getOrDefault(execution, 0L)) {
      answer = Effect.Answer.REFUSED;
    } else {
      highest.put(execution, fence);
      answer = applied.add(key) ? Effect.Answer.APPLIED : Effect.Answer.KNOWN;
    }
    world.book.write(new Effect(key, execution, fence, world.time.now(), answer));
    return answer;
  }
}
