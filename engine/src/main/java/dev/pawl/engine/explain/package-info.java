/** Why a run, a step or an execution is where it is: the reasons, their words, who knows which. */
@NullMarked
package dev.pawl.engine.explain;

import org.jspecify.annotations.NullMarked;
