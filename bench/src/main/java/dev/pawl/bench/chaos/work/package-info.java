/** Workers that write down what they truly do, and the ledger outside that they act on. */
@NullMarked
package dev.pawl.bench.chaos.work;

import org.jspecify.annotations.NullMarked;
