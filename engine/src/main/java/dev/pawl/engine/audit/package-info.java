/** The record of every command: who, when, what, why, and what came of it. */
@NullMarked
package dev.pawl.engine.audit;

import org.jspecify.annotations.NullMarked;
