package dev.pawl.api.fake;

import dev.pawl.engine.audit.Audit;
import dev.pawl.engine.audit.AuditFilter;
import dev.pawl.engine.audit.AuditRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** An audit in memory: it shows what it was told, and remembers how it was asked. */
public final class FakeAudit implements Audit {
  public final List<AuditRow> rows = new CopyOnWriteArrayList<>();
  public final List<AuditFilter> asked = new CopyOnWriteArrayList<>();
  public final List<String> askedOf = new CopyOnWriteArrayList<>();
  public volatile Optional<Throwable> failure = Optional.empty();

  @Override
  public void record(AuditRow row) {
    rows.add(row);
  }

  @Override
  public CompletionStage<Listed> list(
      String project, AuditFilter filter, Optional<String> afterKey, int size) {
    asked.add(filter);
    askedOf.add(project);
    if (failure.isPresent()) {
      return CompletableFuture.failedFuture(failure.get());
    }
    List<AuditRow> newest = new ArrayList<>(rows).reversed();
    int from = afterKey.map(Integer::parseInt).orElse(0);
    int to = Math.min(newest.size(), from + size);
    return CompletableFuture.completedFuture(
        new Listed(
            newest.subList(from, to),
            to < newest.size() ? Optional.of(Integer.toString(to)) : Optional.empty(),
            newest.size(),
            Instant.EPOCH));
  }
}
