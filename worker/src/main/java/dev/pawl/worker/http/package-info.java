/** The runner of single HTTP requests. */
@NullMarked
package dev.pawl.worker.http;

import org.jspecify.annotations.NullMarked;
