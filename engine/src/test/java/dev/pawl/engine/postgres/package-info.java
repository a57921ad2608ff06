/** A real PostgreSQL for tests. */
@NullMarked
package dev.pawl.engine.postgres;

import org.jspecify.annotations.NullMarked;
