package dev.pawl.engine.execution;

import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.worker.Offer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Who offers an execution what it needs to begin, and what is said to them. */
interface Slot {

  /**
   * Asks to begin, now or in a while; again and again until it may or wants no more.
   *
   * @param fence that the attempt will have
   */
  void ask(long fence, Duration in);

  /** Since when it has waited for a worker; empty when it does not. */
  Optional<Instant> since();

  /** Wants to begin no more. */
  void withdraw();

  /** Has begun, or has forgotten that it wanted to; says whether it had asked. */
  boolean end();

  /** Begins anew, as after a failed write: its timers are gone. */
  void beginAnew();

  /** Is to be heard by who offers when they lost their memory, while it waits or has a lease. */
  void answerRollCalls(boolean leased);

  /** Leaves memory. */
  void leave();

  /** Whether an offer still stands. */
  boolean isOpen(Offer offer);

  /** Did not take an offer. */
  void declined(Offer offer);

  /** Took an offer: the lease is stored. */
  void taken(Offer offer, Lease lease);

  /** Looks for who has the lease, since no word of them came. */
  void attach(Lease lease);

  /** Nobody spoke for the lease in time. */
  void silent(Lease lease);

  /** What does the work here, under this fence, lives no more. */
  void gone(long fence);

  /** A lease is over. */
  void freed(long fence, String worker);
}
