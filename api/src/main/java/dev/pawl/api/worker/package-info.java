/** Workers: their sessions and their log chunks. */
@NullMarked
package dev.pawl.api.worker;

import org.jspecify.annotations.NullMarked;
