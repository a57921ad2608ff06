/** The language of filters and orders, whatever is filtered: a subset of AIP-160 and AIP-132. */
@NullMarked
package dev.pawl.api.filter;

import org.jspecify.annotations.NullMarked;
