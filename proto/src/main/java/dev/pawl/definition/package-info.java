/** What makes a definition well-formed: the same rules for the command line and for the server. */
@NullMarked
package dev.pawl.definition;

import org.jspecify.annotations.NullMarked;
