package dev.pawl.engine.journal;

import dev.pawl.engine.access.Rights;

/**
 * The call that a command came by.
 *
 * @param rpc such as {@code RetryTaskRun}; empty where the facts alone say what was commanded
 * @param step the task that it is about; empty for the whole entity
 * @param rights of the caller; not stored, since what is stored was allowed
 */
public record Call(String rpc, String step, Rights rights) {
  /** Of a command by the engine itself, or from before calls were stored. */
  public static final Call UNNAMED = new Call("", "", Rights.CHECKED);

  /** The same, as the journal keeps it. */
  Call stored() {
    return rights.equals(Rights.CHECKED) ? this : new Call(rpc, step, Rights.CHECKED);
  }
}
