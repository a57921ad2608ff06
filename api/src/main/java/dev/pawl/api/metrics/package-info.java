/** A node in numbers, for Prometheus. */
@NullMarked
package dev.pawl.api.metrics;

import org.jspecify.annotations.NullMarked;
