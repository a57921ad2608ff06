/**
 * The model's machines, written from its tables: what may follow what. The engine's own rules are
 * not asked.
 */
@NullMarked
package dev.pawl.bench.history.reference;

import org.jspecify.annotations.NullMarked;
