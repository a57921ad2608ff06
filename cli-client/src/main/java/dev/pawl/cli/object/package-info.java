/** What runs are about, and what is gone of it. */
@NullMarked
package dev.pawl.cli.object;

import org.jspecify.annotations.NullMarked;
