package dev.pawl.bench.history.judge;

import dev.pawl.bench.history.ack.NoGhost;
import dev.pawl.bench.history.ack.NoLostAck;
import dev.pawl.bench.history.ack.Provenance;
import dev.pawl.bench.history.ack.RealTime;
import dev.pawl.bench.history.ack.RightlyRefused;
import dev.pawl.bench.history.ack.SameRequestSameAnswer;
import dev.pawl.bench.history.ack.Session;
import dev.pawl.bench.history.ack.UnknownActsOnce;
import dev.pawl.bench.history.bounds.Heals;
import dev.pawl.bench.history.bounds.UnderLimits;
import dev.pawl.bench.history.control.AlreadySo;
import dev.pawl.bench.history.control.ForcedPauseEnds;
import dev.pawl.bench.history.control.PauseHolds;
import dev.pawl.bench.history.control.StopHolds;
import dev.pawl.bench.history.control.TimeGoesOn;
import dev.pawl.bench.history.control.Timeouts;
import dev.pawl.bench.history.effect.AppliedOnce;
import dev.pawl.bench.history.effect.NoPhantomSuccess;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.journal.Contiguous;
import dev.pawl.bench.history.journal.LegalTransitions;
import dev.pawl.bench.history.journal.OneWriterAtATime;
import dev.pawl.bench.history.journal.ParentAndChild;
import dev.pawl.bench.history.journal.ReadsAgree;
import dev.pawl.bench.history.journal.ViewsAgree;
import dev.pawl.bench.history.life.AttemptsByPolicy;
import dev.pawl.bench.history.life.FencesRise;
import dev.pawl.bench.history.life.Limits;
import dev.pawl.bench.history.life.NeedsFirst;
import dev.pawl.bench.history.life.NoConcurrentSelf;
import dev.pawl.bench.history.life.NoStaleReport;
import dev.pawl.bench.history.life.NothingNewAfterFailure;
import dev.pawl.bench.history.life.OneCompletion;
import dev.pawl.bench.history.life.OneEnd;
import dev.pawl.bench.history.life.OneVersion;
import dev.pawl.bench.history.life.PersistBeforeAct;
import dev.pawl.bench.history.life.RightGroup;
import dev.pawl.bench.history.life.SlotsFree;
import dev.pawl.bench.history.log.NoForeignLine;
import dev.pawl.bench.history.log.NoMixedAttempts;
import dev.pawl.bench.history.log.ReadersSeeAll;
import dev.pawl.bench.history.log.StoredAsProduced;
import dev.pawl.bench.history.vacuity.AliveAfterFaults;
import dev.pawl.bench.history.vacuity.CleanLogs;
import dev.pawl.bench.history.vacuity.Condition;
import dev.pawl.bench.history.vacuity.EnoughOperations;
import dev.pawl.bench.history.vacuity.Exercised;
import dev.pawl.bench.history.vacuity.FaultsBit;
import dev.pawl.bench.history.vacuity.Whole;
import dev.pawl.bench.history.watch.EndsWithReason;
import dev.pawl.bench.history.watch.Fresh;
import dev.pawl.bench.history.watch.NoGapAcross;
import dev.pawl.bench.history.watch.NoGapWithin;
import dev.pawl.bench.history.watch.NothingInvented;
import dev.pawl.bench.history.watch.SeesEverything;
import dev.pawl.bench.history.watch.ShownAsStored;
import java.util.List;

/** All that is judged, and what is not yet. */
public final class Invariants {
  private Invariants() {}

  /**
   * One that does not apply yet.
   *
   * @param reason what Pawl, or the record, does not have yet
   */
  public record NotYet(String id, String promise, String reason) {}

  /** Those that are judged. They keep nothing between histories. */
  public static final List<Invariant> JUDGED =
      List.of(
          new NoLostAck(),
          new NoGhost(),
          new UnknownActsOnce(),
          new SameRequestSameAnswer(),
          new RealTime(),
          new Session(),
          new Provenance(),
          new RightlyRefused(),
          new Contiguous(),
          new OneWriterAtATime(),
          new LegalTransitions(),
          new ReadsAgree(),
          new ViewsAgree(),
          new ParentAndChild(),
          new OneEnd(),
          new FencesRise(),
          new OneCompletion(),
          new NoConcurrentSelf(),
          new NoStaleReport(),
          new PersistBeforeAct(),
          new AttemptsByPolicy(),
          new Limits(),
          new SlotsFree(),
          new RightGroup(),
          new NeedsFirst(),
          new OneVersion(),
          new NothingNewAfterFailure(),
          new PauseHolds(),
          new ForcedPauseEnds(),
          new StopHolds(),
          new Timeouts(),
          new TimeGoesOn(),
          new AlreadySo(),
          new NoGapWithin(),
          new NoGapAcross(),
          new ShownAsStored(),
          new NothingInvented(),
          new SeesEverything(),
          new EndsWithReason(),
          new Fresh(),
          new StoredAsProduced(),
          new ReadersSeeAll(),
          new NoForeignLine(),
          new NoMixedAttempts(),
          new AppliedOnce(),
          new NoPhantomSuccess(),
          new CleanLogs(),
          new UnderLimits(),
          new Heals());

  /** Without these a history says nothing. */
  public static final List<Condition> CONDITIONS =
      List.of(
          new Whole(),
          new EnoughOperations(),
          new AliveAfterFaults(),
          new FaultsBit(),
          new Exercised());

  /** Those that wait for something. */
  public static final List<NotYet> NOT_YET =
      List.of(
          new NotYet(
              "B-4",
              "a snapshot is the fold of the facts below it",
              "only locks have snapshots, and no run of a history takes any"),
          new NotYet(
              "B-5",
              "folding twice, and by two builds, gives the same state",
              "needs the folds of two builds; a history has none"),
          new NotYet(
              "C-12",
              "a ready step is leased in time while there is free capacity",
              "nobody records the free slots over time; that everything ends is C-1"),
          new NotYet(
              "D-6", "each nominal instant of a schedule fires once", "there are no schedules"),
          new NotYet("E-1", "committed offsets never fall", "there are no stream tasks"),
          new NotYet("E-2", "snapshot and offset commit together", "there are no stream tasks"),
          new NotYet(
              "E-3", "a restart goes on behind the committed offset", "there are no stream tasks"),
          new NotYet("E-4", "no record is missing", "there are no stream tasks"),
          new NotYet("F-6", "LATEST mode rises and ends on the last", "there is no such mode"),
          new NotYet("F-8", "what is delivered was permitted", "there is no authorisation"),
          new NotYet("X-2", "an at-most-once step is called once", "there are no such steps"),
          new NotYet(
              "X-4",
              "FAILED never hides a committed row",
              "there is no SQL action, and no row that tells"),
          new NotYet("I-1", "each fact has its audit row", "there is no audit"),
          new NotYet("I-2", "what was denied left no fact", "there is no authorisation"),
          new NotYet("I-3", "each actor held the permission", "there is no authorisation"),
          new NotYet("I-4", "no reference goes to another project", "the workload has one project"),
          new NotYet("I-5", "secrets are nowhere", "there are no secrets"),
          new NotYet("I-6", "the audit chain is unbroken", "there is no audit"));
}
