/** A history sorted once: by entity, run, execution, request, subscriber, section of a log. */
@NullMarked
package dev.pawl.bench.history.evidence;

import org.jspecify.annotations.NullMarked;
