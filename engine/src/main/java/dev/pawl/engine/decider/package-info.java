/** What rules say: events or a refusal. */
@NullMarked
package dev.pawl.engine.decider;

import org.jspecify.annotations.NullMarked;
