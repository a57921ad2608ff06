/** How long faults kept the service from its users, as a history tells it. */
@NullMarked
package dev.pawl.bench.chaos.outage;

import org.jspecify.annotations.NullMarked;
