/**
 * The PostgreSQL that a node of one brings along: its binaries, its data directory, its process.
 */
@NullMarked
package dev.pawl.dev.postgres;

import org.jspecify.annotations.NullMarked;
