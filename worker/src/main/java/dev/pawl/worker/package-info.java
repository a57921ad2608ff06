/** The worker SDK: take work of a group, do it, report. */
@NullMarked
package dev.pawl.worker;

import org.jspecify.annotations.NullMarked;
