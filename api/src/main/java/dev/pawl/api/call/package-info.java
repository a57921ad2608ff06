/** What all rpcs have in common: who calls, how calls are answered, admitted and refused. */
@NullMarked
package dev.pawl.api.call;

import org.jspecify.annotations.NullMarked;
