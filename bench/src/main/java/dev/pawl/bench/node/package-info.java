/** The server and the worker under test, each a process of its own. */
@NullMarked
package dev.pawl.bench.node;

import org.jspecify.annotations.NullMarked;
