package dev.pawl.bench.chaos.outage;

import dev.pawl.bench.history.Fault;
import java.util.List;
import java.util.OptionalLong;

/**
 * What one fault kept from whom. Microseconds.
 *
 * @param acknowledged from the fault to the answer of the first command that was sent after it,
 *     through any node; empty when none was
 * @param moved for each run that owed something when it struck: until it moved
 */
public record Outage(Fault.Began fault, boolean bit, OptionalLong acknowledged, List<Long> moved) {
  public Outage {
    moved = List.copyOf(moved);
  }
}
