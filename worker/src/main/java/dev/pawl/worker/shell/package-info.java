/** The runner of scripts: processes, their trees and their pipes. */
@NullMarked
package dev.pawl.worker.shell;

import org.jspecify.annotations.NullMarked;
