package dev.pawl.api.fake;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.operation.OperationCounts;
import dev.pawl.engine.operation.OperationFile;
import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.operation.OperationRejection;
import dev.pawl.engine.operation.OperationStatus;
import dev.pawl.engine.operation.OperationWork;
import dev.pawl.engine.operation.Operations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Operations in memory: what was asked for stands there, and nothing happens to it. */
public final class FakeOperations implements Operations {
  public final Map<OperationId, OperationHead> heads = new ConcurrentHashMap<>();
  public final Map<Integer, byte[]> chunks = new ConcurrentHashMap<>();

  /** What every cancel is refused with. */
  public volatile Optional<OperationRejection> refusal = Optional.empty();

  private final Set<OperationId> cancelled = ConcurrentHashMap.newKeySet();

  @Override
  public CompletionStage<Answer<OperationHead, OperationRejection>> start(
      OperationId id, String project, OperationWork work, Cause.Command cause) {
    heads.computeIfAbsent(id, _ -> head(project, work, cause));
    return describe(project, id);
  }

  /** A head as an operation that begins has it. */
  public static OperationHead head(String project, OperationWork work, Cause.Command cause) {
    int items = work instanceof OperationWork.Command command ? command.count() : 0;
    return new OperationHead(
        project,
        work,
        cause,
        OperationStatus.INIT,
        false,
        new OperationCounts(items, 0, 0, 0, 0, 0, 0),
        0,
        "",
        "",
        Optional.empty(),
        Samples.NOW,
        Optional.empty(),
        1);
  }

  @Override
  public CompletionStage<Answer<OperationHead, OperationRejection>> describe(
      String project, OperationId id) {
    OperationHead head = heads.get(id);
    return CompletableFuture.completedFuture(
        head == null || !head.project().equals(project)
            ? new Answer.Refused<>(new OperationRejection.NotFound())
            : new Answer.Accepted<>(head));
  }

  @Override
  public CompletionStage<Answer<OperationHead, OperationRejection>> await(
      String project, OperationId id, long knownSequence, Duration atMost) {
    return describe(project, id);
  }

  @Override
  public CompletionStage<Answer<Told, OperationRejection>> cancel(
      String project, OperationId id, Cause.Command cause) {
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(new Answer.Refused<>(refusal.get()));
    }
    return describe(project, id)
        .thenApply(
            answer ->
                switch (answer) {
                  case Answer.Refused<OperationHead, OperationRejection>(var rejection) ->
                      new Answer.Refused<>(rejection);
                  case Answer.Accepted<OperationHead, OperationRejection>(var head)
                      when head.status().ended() ->
                      new Answer.Refused<>(new OperationRejection.HasEnded(head.status()));
                  case Answer.Accepted<OperationHead, OperationRejection>(var head) ->
                      new Answer.Accepted<>(new Told(head, cancelled.add(id)));
                });
  }

  @Override
  public CompletionStage<Answer<ItemPage, OperationRejection>> items(
      String project, OperationId id, int from, int size) {
    return describe(project, id)
        .thenApply(
            answer ->
                switch (answer) {
                  case Answer.Accepted<OperationHead, OperationRejection>(var head) -> {
                    int to = Math.min(head.counts().total(), from + size);
                    yield new Answer.Accepted<>(
                        new ItemPage(
                            head,
                            from,
                            List.of(),
                            to < head.counts().total() ? OptionalInt.of(to) : OptionalInt.empty()));
                  }
                  case Answer.Refused<OperationHead, OperationRejection>(var rejection) ->
                      new Answer.Refused<>(rejection);
                });
  }

  @Override
  public CompletionStage<Optional<byte[]>> chunk(OperationId id, OperationFile file, int chunk) {
    return CompletableFuture.completedFuture(Optional.ofNullable(chunks.get(chunk)));
  }
}
