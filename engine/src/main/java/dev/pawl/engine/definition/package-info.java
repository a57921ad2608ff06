/** Workflows and tasks as definitions with versions, and the plan that a run follows. */
@NullMarked
package dev.pawl.engine.definition;

import org.jspecify.annotations.NullMarked;
