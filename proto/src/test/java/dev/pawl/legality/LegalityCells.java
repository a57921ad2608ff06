package dev.pawl.legality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The tables of what is legal when, cell by cell, as the model gives them. */
public final class LegalityCells {
  private static final List<String> PROFILES = List.of("OPS", "OFFLINE", "DISTRIBUTED");

  private LegalityCells() {}

  /**
   * One cell.
   *
   * @param profile that it is about: a cell for all of them stands once for each
   * @param outcome accept, noop or refuse
   * @param next the state that the command leads to; empty unless it is accepted
   */
  public record Cell(
      String state, String command, String profile, String outcome, String next, String condition) {
    @Override
    public String toString() {
      return "%s in %s of %s: %s".formatted(command, state, profile, outcome);
    }
  }

  /** All cells of a table, such as {@code run.csv}. */
  public static Stream<Cell> of(String table) throws IOException {
    try (InputStream stored = LegalityCells.class.getResourceAsStream("/legality/" + table)) {
      assertThat(stored).isNotNull();
      return new String(stored.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split(",", 6))
          .flatMap(
              cell ->
                  PROFILES.stream()
                      .filter(profile -> cell[2].equals("*") || cell[2].equals(profile))
                      .map(
                          profile ->
                              new Cell(
                                  cell[0],
                                  cell[1],
                                  profile,
                                  cell[3],
                                  cell[4],
                                  cell[5].replace("\"", ""))));
    }
  }
}
