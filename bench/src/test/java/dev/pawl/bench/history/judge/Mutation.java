package dev.pawl.bench.history.judge;

import java.util.function.Consumer;

/**
 * One wrong behaviour, shown by editing a valid history.
 *
 * @param behaviour what the system would have done
 * @param foundBy the invariant, or condition, that is meant for it
 */
record Mutation(String behaviour, String foundBy, Consumer<Draft> edit) {
  @Override
  public String toString() {
    return foundBy + " " + behaviour;
  }
}
