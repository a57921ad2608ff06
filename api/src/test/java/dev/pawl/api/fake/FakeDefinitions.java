package dev.pawl.api.fake;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionRejection;
import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.journal.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Definitions in memory: versions by hash, and any refusal that a test asks for. */
public final class FakeDefinitions implements Definitions {
  public final List<Cause.Command> causes = new ArrayList<>();
  public volatile Optional<DefinitionRejection> refusal = Optional.empty();
  public volatile Optional<Throwable> failure = Optional.empty();

  private final Map<DefinitionId, List<String>> versions = new ConcurrentHashMap<>();

  @Override
  public synchronized CompletionStage<Answer<DefinitionHead, DefinitionRejection>> submit(
      DefinitionId id, String hash, Cause.Command cause, OptionalLong expectedSequence) {
    causes.add(cause);
    if (failure.isPresent()) {
      return CompletableFuture.failedFuture(failure.get());
    }
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(new Answer.Refused<>(refusal.get()));
    }
    List<String> hashes = versions.computeIfAbsent(id, _ -> new ArrayList<>());
    if (expectedSequence.isPresent() && expectedSequence.getAsLong() != hashes.size()) {
      return CompletableFuture.completedFuture(
          new Answer.Refused<>(
              new DefinitionRejection.VersionMismatch(
                  expectedSequence.getAsLong(), hashes.size())));
    }
    boolean changed = hashes.isEmpty() || !hashes.getLast().equals(hash);
    if (changed) {
      hashes.add(hash);
    }
    return CompletableFuture.completedFuture(
        new Answer.Accepted<>(head(id, hashes, hashes.size(), changed)));
  }

  @Override
  public synchronized CompletionStage<Answer<DefinitionHead, DefinitionRejection>> describe(
      DefinitionId id, OptionalLong version) {
    if (failure.isPresent()) {
      return CompletableFuture.failedFuture(failure.get());
    }
    List<String> hashes = versions.getOrDefault(id, List.of());
    if (hashes.isEmpty()) {
      return CompletableFuture.completedFuture(
          new Answer.Refused<>(new DefinitionRejection.NotFound()));
    }
    long wanted = version.orElse(hashes.size());
    return CompletableFuture.completedFuture(
        wanted > hashes.size()
            ? new Answer.Refused<>(new DefinitionRejection.NoSuchVersion(wanted, hashes.size()))
            : new Answer.Accepted<>(head(id, hashes, (int) wanted, false)));
  }

  private static DefinitionHead head(
      DefinitionId id, List<String> hashes, int version, boolean changed) {
    return new DefinitionHead(
        id,
        DefinitionStatus.ACTIVE,
        version,
        hashes.get(version - 1),
        "ada",
        Instant.EPOCH,
        Instant.EPOCH,
        changed,
        hashes.size());
  }
}
