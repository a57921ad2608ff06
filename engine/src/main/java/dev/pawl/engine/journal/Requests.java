package dev.pawl.engine.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The requests that an entity acted on lately: the last 64 of 24 hours, with the fact that each
 * made.
 *
 * <p>No-ops and refusals are not remembered: repeating them is harmless.
 */
public record Requests(List<Remembered> entries) {
  /** No request yet. */
  public static final Requests NONE = new Requests(List.of());

  private static final int MOST = 64;
  private static final Duration LONGEST = Duration.ofHours(24);

  public Requests {
    entries = List.copyOf(entries);
  }

  /**
   * A request that made a fact.
   *
   * @param principal who called
   * @param sequence of the fact
   */
  public record Remembered(
      String requestId, String bodyHash, String principal, long sequence, Instant at) {

    /** Whether the same caller sends it again; what anybody else sends is a command of its own. */
    public boolean isOf(Cause.Command command) {
      return principal.equals(command.principal());
    }
  }

  /** What is known of a request. */
  public Optional<Remembered> find(String requestId) {
    return entries.stream().filter(entry -> entry.requestId().equals(requestId)).findFirst();
  }

  /** With the request behind a fact, when it was a caller's. */
  public Requests after(Cause cause, long sequence, Instant at) {
    if (!(cause instanceof Cause.Command command) || find(command.requestId()).isPresent()) {
      return this;
    }
    List<Remembered> kept = new ArrayList<>(entries.size() + 1);
    for (Remembered entry : entries) {
      if (entry.at().isAfter(at.minus(LONGEST))) {
        kept.add(entry);
      }
    }
    kept.add(
        new Remembered(command.requestId(), command.bodyHash(), command.principal(), sequence, at));
    return new Requests(kept.size() > MOST ? kept.subList(kept.size() - MOST, kept.size()) : kept);
  }
}
