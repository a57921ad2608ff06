/** Who callers are and what they may do: tokens, roles, and what each rpc needs. */
@NullMarked
package dev.pawl.api.access;

import org.jspecify.annotations.NullMarked;
