/** What every runner is handed, and what it answers. */
@NullMarked
package dev.pawl.worker.runner;

import org.jspecify.annotations.NullMarked;
