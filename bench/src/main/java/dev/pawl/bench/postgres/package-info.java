/** The PostgreSQL under the server, seen past the server: what it counts, holds and could do. */
@NullMarked
package dev.pawl.bench.postgres;

import org.jspecify.annotations.NullMarked;
