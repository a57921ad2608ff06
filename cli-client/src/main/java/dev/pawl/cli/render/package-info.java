/** What answers look like: tables, details, JSON, YAML, times, glyphs. */
@NullMarked
package dev.pawl.cli.render;

import org.jspecify.annotations.NullMarked;
