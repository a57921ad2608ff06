package dev.pawl.api.fake;

import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.object.DeletedObject;
import dev.pawl.engine.object.DeletedObjects;
import dev.pawl.engine.object.ObjectRejection;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Objects that are gone, in memory and of any project. */
public final class FakeDeletedObjects implements DeletedObjects {
  public final Map<ObjectName, DeletedObject> gone = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Answer<Told, ObjectRejection>> mark(
      String project, ObjectName object, Instant deletedAt, Cause.Command cause) {
    DeletedObject marked = new DeletedObject(object, deletedAt, cause.principal(), cause.reason());
    return accepted(new Told(Optional.of(marked), !marked.equals(gone.put(object, marked))));
  }

  @Override
  public CompletionStage<Answer<Told, ObjectRejection>> unmark(
      String project, ObjectName object, Cause.Command cause) {
    return accepted(new Told(Optional.empty(), gone.remove(object) != null));
  }

  private static CompletionStage<Answer<Told, ObjectRejection>> accepted(Told told) {
    return CompletableFuture.completedFuture(new Answer.Accepted<>(told));
  }

  @Override
  public CompletionStage<List<DeletedObject>> list(
      String project, Optional<ObjectName> after, int size) {
    return CompletableFuture.completedFuture(
        gone.values().stream()
            .sorted(Comparator.comparing(one -> one.object().toString()))
            .filter(
                one ->
                    after
                        .filter(place -> place.toString().compareTo(one.object().toString()) >= 0)
                        .isEmpty())
            .limit(size)
            .toList());
  }

  @Override
  public CompletionStage<Map<ObjectName, Instant>> among(
      String project, Collection<ObjectName> objects) {
    return CompletableFuture.completedFuture(
        gone.values().stream()
            .filter(one -> objects.contains(one.object()))
            .collect(Collectors.toMap(DeletedObject::object, DeletedObject::deletedAt)));
  }
}
