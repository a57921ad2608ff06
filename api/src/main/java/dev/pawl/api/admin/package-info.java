/** The cluster, for those who run it. */
@NullMarked
package dev.pawl.api.admin;

import org.jspecify.annotations.NullMarked;
