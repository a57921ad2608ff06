package dev.pawl.engine.object;

import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Which of the things that runs are about are gone, as far as somebody said so.
 *
 * <p>Stages fail with {@link dev.pawl.engine.decider.Unavailable} when PostgreSQL is away.
 */
public interface DeletedObjects {

  /**
   * What came of a command.
   *
   * @param object as the command left it; of one that is repeated, as it did the first time
   * @param changed whether it was news; so it is, too, when its caller repeats it
   */
  record Told(Optional<DeletedObject> object, boolean changed) {}

  /**
   * Takes down that an object is gone. A call that is repeated within 24 hours acts no second time,
   * whatever was said of the object in between.
   *
   * @param cause whose rights are asked for
   */
  CompletionStage<Answer<Told, ObjectRejection>> mark(
      String project, ObjectName object, Instant deletedAt, Cause.Command cause);

  /** Takes that back; repeated within 24 hours it acts no second time either. */
  CompletionStage<Answer<Told, ObjectRejection>> unmark(
      String project, ObjectName object, Cause.Command cause);

  /** Those behind a place, by kind and name. */
  CompletionStage<List<DeletedObject>> list(String project, Optional<ObjectName> after, int size);

  /** Those of some that are gone, with the time at which they went. */
  CompletionStage<Map<ObjectName, Instant>> among(String project, Collection<ObjectName> objects);
}
