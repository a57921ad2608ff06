package dev.pawl.bench.chaos.fact;

import dev.pawl.bench.chaos.program.Program;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which program was submitted under which request id, answered or not. */
public final class Submissions {
  private final Map<String, Program> byRequest = new ConcurrentHashMap<>();

  /** A program is about to be submitted. */
  public void add(String requestId, Program program) {
    byRequest.put(requestId, program);
  }

  Optional<Program> find(String requestId) {
    return Optional.ofNullable(byRequest.get(requestId));
  }
}
