/** Who looks from outside: clients that command and read, subscribers, readers of logs. */
@NullMarked
package dev.pawl.bench.chaos.client;

import org.jspecify.annotations.NullMarked;
