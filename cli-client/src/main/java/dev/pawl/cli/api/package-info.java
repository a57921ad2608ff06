/** The raw way to every rpc, through the server's reflection. */
@NullMarked
package dev.pawl.cli.api;

import org.jspecify.annotations.NullMarked;
