package dev.pawl.cli.render;

import java.util.function.Function;

/**
 * One column of a table.
 *
 * @param wide whether only {@code -o wide} shows it
 */
public record Column<M>(String title, boolean wide, Function<M, String> cell) {

  public static <M> Column<M> of(String title, Function<M, String> cell) {
    return new Column<>(title, false, cell);
  }

  public static <M> Column<M> wide(String title, Function<M, String> cell) {
    return new Column<>(title, true, cell);
  }
}
