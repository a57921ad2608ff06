/** The configuration file of {@code pawl server}. */
@NullMarked
package dev.pawl.dev.config;

import org.jspecify.annotations.NullMarked;
