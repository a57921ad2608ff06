/** Workflows and tasks: submitted, read, and turned into plans. */
@NullMarked
package dev.pawl.api.definition;

import org.jspecify.annotations.NullMarked;
