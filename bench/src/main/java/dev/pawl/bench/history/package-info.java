/**
 * Judges what observers recorded of a system under faults: a pure function from a history, one
 * file, to a verdict. It asks no running system and calls none of the engine's rules, so that an
 * old history can be judged again when the rules here improve.
 */
@NullMarked
package dev.pawl.bench.history;

import org.jspecify.annotations.NullMarked;
