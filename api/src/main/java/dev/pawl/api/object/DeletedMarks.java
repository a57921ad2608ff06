package dev.pawl.api.object;

import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.object.DeletedObjects;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Says beside the objects of runs which of them are gone. */
public final class DeletedMarks {
  private final DeletedObjects deleted;

  public DeletedMarks(DeletedObjects deleted) {
    this.deleted = deleted;
  }

  /** The same runs; what they are about is looked up only where they are about something. */
  public CompletionStage<List<Run>> on(String project, List<Run> runs) {
    Set<ObjectName> objects =
        runs.stream()
            .flatMap(run -> run.getObjectsList().stream())
            .map(DeletedMarks::named)
            .collect(Collectors.toSet());
    if (objects.isEmpty()) {
      return CompletableFuture.completedFuture(runs);
    }
    return deleted
        .among(project, objects)
        .thenApply(
            gone -> gone.isEmpty() ? runs : runs.stream().map(run -> marked(run, gone)).toList());
  }

  private static Run marked(Run run, Map<ObjectName, Instant> gone) {
    Run.Builder marked = run.toBuilder();
    for (RunObject.Builder object : marked.getObjectsBuilderList()) {
      Optional.ofNullable(gone.get(named(object.build())))
          // What was created later is about another object of that name.
          .filter(at -> !at.isBefore(created(run)))
          .map(Timestamps::of)
          .ifPresent(object::setDeleteTime);
    }
    return marked.build();
  }

  private static Instant created(Run run) {
    return Instant.ofEpochSecond(run.getCreateTime().getSeconds(), run.getCreateTime().getNanos());
  }

  private static ObjectName named(RunObject object) {
    return new ObjectName(object.getKind(), object.getName());
  }
}
