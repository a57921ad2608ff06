/** The record of every command, as the contract shows it. */
@NullMarked
package dev.pawl.api.audit;

import org.jspecify.annotations.NullMarked;
