package dev.pawl.bench.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One thing that somebody saw, wrote down at once and never changed: one line of a history.
 *
 * <p>All instants are microseconds since 1970 in UTC by the machine's one clock (CLOCK_REALTIME),
 * as the observer read it when it saw the thing; a fact's instant is the one that is stored.
 * Observers share the machine, so their instants can be compared. Entities are named as the journal
 * names them ({@code run|ID}, {@code execution|ID/task/0}); executions, where nothing else is
 * meant, by the part behind the bar; runs by their id.
 *
 * <p>The names below are the file's: a name or a field that changes is a new version of the format.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "saw")
@JsonSubTypes({
  @JsonSubTypes.Type(name = "call.invoked", value = Call.Invoked.class),
  @JsonSubTypes.Type(name = "call.answered", value = Call.Answered.class),
  @JsonSubTypes.Type(name = "call.refused", value = Call.Refused.class),
  @JsonSubTypes.Type(name = "call.unanswered", value = Call.Unanswered.class),
  @JsonSubTypes.Type(name = "fact", value = Fact.class),
  @JsonSubTypes.Type(name = "definition", value = Definition.class),
  @JsonSubTypes.Type(name = "work.session", value = Work.SessionBegan.class),
  @JsonSubTypes.Type(name = "work.leased", value = Work.Leased.class),
  @JsonSubTypes.Type(name = "work.began", value = Work.Began.class),
  @JsonSubTypes.Type(name = "work.acted", value = Work.Acted.class),
  @JsonSubTypes.Type(name = "work.ended", value = Work.Ended.class),
  @JsonSubTypes.Type(name = "work.reported", value = Work.Reported.class),
  @JsonSubTypes.Type(name = "work.acknowledged", value = Work.Acknowledged.class),
  @JsonSubTypes.Type(name = "work.stop", value = Work.StopReceived.class),
  @JsonSubTypes.Type(name = "work.died", value = Work.ProcessDied.class),
  @JsonSubTypes.Type(name = "effect", value = Effect.class),
  @JsonSubTypes.Type(name = "watch.subscribed", value = Watch.Subscribed.class),
  @JsonSubTypes.Type(name = "watch.row", value = Watch.SnapshotRow.class),
  @JsonSubTypes.Type(name = "watch.snapshot-end", value = Watch.SnapshotEnd.class),
  @JsonSubTypes.Type(name = "watch.delivered", value = Watch.Delivered.class),
  @JsonSubTypes.Type(name = "watch.bookmark", value = Watch.Bookmark.class),
  @JsonSubTypes.Type(name = "watch.closed", value = Watch.Closed.class),
  @JsonSubTypes.Type(name = "log.produced", value = Log.Produced.class),
  @JsonSubTypes.Type(name = "log.section", value = Log.Section.class),
  @JsonSubTypes.Type(name = "log.stored", value = Log.Stored.class),
  @JsonSubTypes.Type(name = "log.tail", value = Log.TailBegan.class),
  @JsonSubTypes.Type(name = "log.read", value = Log.Read.class),
  @JsonSubTypes.Type(name = "log.tail-ended", value = Log.TailEnded.class),
  @JsonSubTypes.Type(name = "fault.began", value = Fault.Began.class),
  @JsonSubTypes.Type(name = "fault.ended", value = Fault.Ended.class),
  @JsonSubTypes.Type(name = "final.settled", value = Final.Settled.class),
  @JsonSubTypes.Type(name = "final.run", value = Final.Run.class),
  @JsonSubTypes.Type(name = "final.step", value = Final.Step.class),
  @JsonSubTypes.Type(name = "final.listed", value = Final.Listed.class),
  @JsonSubTypes.Type(name = "final.run-row", value = Final.RunRow.class),
  @JsonSubTypes.Type(name = "final.definition-row", value = Final.DefinitionRow.class),
  @JsonSubTypes.Type(name = "final.wake-row", value = Final.WakeRow.class),
  @JsonSubTypes.Type(name = "final.worker", value = Final.Worker.class),
  @JsonSubTypes.Type(name = "node.sample", value = Node.Sample.class),
  @JsonSubTypes.Type(name = "node.finding", value = Node.Finding.class)
})
public sealed interface Observation
    permits Call, Fact, Definition, Work, Effect, Watch, Log, Fault, Final, Node {}
