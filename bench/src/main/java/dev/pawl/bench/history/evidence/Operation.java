package dev.pawl.bench.history.evidence;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Observation;
import java.util.Optional;
import java.util.Set;

/**
 * What one client asked and what it was told.
 *
 * @param end absent when it never heard
 */
public record Operation(Call.Invoked invoked, Optional<Call> end) {
  private static final Set<String> CONFLICTS =
      Set.of("RUN_STATE_CONFLICT", "STEP_STATE_CONFLICT", "VERSION_MISMATCH", "REQUEST_ID_REUSED");

  public Outcome outcome() {
    if (end.isEmpty()) {
      return Outcome.UNKNOWN;
    }
    return switch (end.get()) {
      case Call.Answered _ -> Outcome.OK;
      case Call.Refused _ -> Outcome.REFUSED;
      case Call.Unanswered _, Call.Invoked _ -> Outcome.UNKNOWN;
    };
  }

  /** The answer, when it was OK. */
  public Optional<Call.Answered> answer() {
    return end.filter(Call.Answered.class::isInstance).map(Call.Answered.class::cast);
  }

  /** The refusal, when it was one. */
  public Optional<Call.Refused> refusal() {
    return end.filter(Call.Refused.class::isInstance).map(Call.Refused.class::cast);
  }

  /** Whether its entity answered that it may not be: the system works. */
  public boolean conflict() {
    return refusal().filter(refusal -> CONFLICTS.contains(refusal.reason())).isPresent();
  }

  /** When its effect was certain; never for one whose outcome is unknown. */
  public long endedAt() {
    return outcome() == Outcome.UNKNOWN ? Long.MAX_VALUE : end.map(Call::at).orElse(Long.MAX_VALUE);
  }

  /** The entity that it is about, as far as the caller knows: a start learns it from its answer. */
  public String entity() {
    return answer().map(Call.Answered::entity).orElse(invoked.entity());
  }

  /** Both of its records, to show. */
  public Observation[] records() {
    return end.map(last -> new Observation[] {invoked, last})
        .orElseGet(() -> new Observation[] {invoked});
  }
}
