/** What every client of Pawl needs besides the stubs: channels, errors, request ids. */
@NullMarked
package dev.pawl.client;

import org.jspecify.annotations.NullMarked;
