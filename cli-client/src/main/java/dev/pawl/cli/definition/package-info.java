/** Definition files: from YAML or JSON to messages, with every mistake at its line and column. */
@NullMarked
package dev.pawl.cli.definition;

import org.jspecify.annotations.NullMarked;
