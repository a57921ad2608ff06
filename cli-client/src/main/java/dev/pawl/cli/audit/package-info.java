/** The record of every command. */
@NullMarked
package dev.pawl.cli.audit;

import org.jspecify.annotations.NullMarked;
