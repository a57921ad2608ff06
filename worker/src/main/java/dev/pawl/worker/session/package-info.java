/** The conversation with the server: leases, reports, heartbeats. */
@NullMarked
package dev.pawl.worker.session;

import org.jspecify.annotations.NullMarked;
