/** Pages of lists and the tokens that lead from one to the next. */
@NullMarked
package dev.pawl.api.page;

import org.jspecify.annotations.NullMarked;
