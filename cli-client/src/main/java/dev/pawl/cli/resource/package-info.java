/** Resource names, and what people type for them. */
@NullMarked
package dev.pawl.cli.resource;

import org.jspecify.annotations.NullMarked;
