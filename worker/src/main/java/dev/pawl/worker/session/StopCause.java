package dev.pawl.worker.session;

/** Why an attempt is ended before its time. The first one decides what is reported. */
enum StopCause {
  /** The server asked for it. */
  TOLD,
  /** The lease's time to live passed without a renewal. */
  LAPSED,
  /** The attempt's timeout passed. */
  TIMED_OUT,
  /** The lease is void; nothing is reported. */
  DROPPED
}
