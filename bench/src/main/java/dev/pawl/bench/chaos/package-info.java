/**
 * The command {@code pawl chaos}: real processes under faults, everything that is seen of them
 * written down and judged.
 */
@NullMarked
package dev.pawl.bench.chaos;

import org.jspecify.annotations.NullMarked;
