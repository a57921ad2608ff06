/** Who calls. */
@NullMarked
package dev.pawl.cli.auth;

import org.jspecify.annotations.NullMarked;
