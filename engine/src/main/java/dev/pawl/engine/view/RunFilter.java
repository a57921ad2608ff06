package dev.pawl.engine.view;

import dev.pawl.engine.run.RunStatus;
import java.time.Instant;
import java.util.List;

/** Which runs a list shows. */
public sealed interface RunFilter {
  /** Every run. */
  RunFilter ALL = new And(List.of());

  /** All of these hold; true of every run when there are none. */
  record And(List<RunFilter> parts) implements RunFilter {
    public And {
      parts = List.copyOf(parts);
    }
  }

  /** One of these holds, or several; true of no run when there are none. */
  record Or(List<RunFilter> parts) implements RunFilter {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  record Not(RunFilter part) implements RunFilter {}

  record InState(RunStatus status) implements RunFilter {}

  /** It has ended, however. */
  record Ended() implements RunFilter {}

  /** This text is the value. */
  record Is(Text text, String value) implements RunFilter {}

  /** The value is part of this text, whether its letters a to z are large or small. */
  record Contains(Text text, String value) implements RunFilter {}

  /** It came to this, and then. */
  record When(Time time, Comparison comparison, Instant value) implements RunFilter {}

  /** What of a run can be compared with a text. A run that has no such text has not this one. */
  sealed interface Text {
    /** The workflow's name, for runs of workflows. */
    record Workflow() implements Text {}

    /** The task's name, for runs of tasks that stand alone. */
    record Task() implements Text {}

    /**
     * What people call it: the name of its definition, the title that its definition has now, or
     * its id. Of an id the beginning or the end is a part.
     */
    record Name() implements Text {}

    record Initiator() implements Text {}

    record Id() implements Text {}

    /** Why it ended as it did; empty otherwise. */
    record Reason() implements Text {}

    /** The id of the run whose step started it; empty when a caller did. */
    record Parent() implements Text {}

    /** Profile by name. */
    record OfProfile() implements Text {}

    record Label(String key) implements Text {}

    /** The kind of one of its objects. */
    record ObjectKind() implements Text {}

    /** The name of one of its objects. */
    record ObjectName() implements Text {}

    /** The id of one of its objects. */
    record ObjectId() implements Text {}

    /** The name of one of its objects of this kind. */
    record ObjectOf(String kind) implements Text {}
  }

  /** Instants in the life of a run. */
  enum Time {
    CREATED,
    /** The first lease of any of its steps. */
    STARTED,
    ENDED
  }

  /** How an instant is compared with another. */
  enum Comparison {
    BEFORE,
    NOT_AFTER,
    AT,
    NOT_BEFORE,
    AFTER
  }
}
