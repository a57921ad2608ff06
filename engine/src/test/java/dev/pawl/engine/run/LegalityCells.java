package dev.pawl.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.definition.Profile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The tables of what is legal when, cell by cell, as the model gives them. */
final class LegalityCells {
  private static final List<Profile> PROFILES =
      List.of(Profile.OPS, Profile.OFFLINE, Profile.DISTRIBUTED);

  private LegalityCells() {}

  /**
   * One cell.
   *
   * @param profile that it is about: a cell for all of them stands once for each
   * @param outcome accept, noop or refuse
   * @param next the state that the command leads to; empty unless it is accepted
   */
  record Cell(
      String state,
      String command,
      Profile profile,
      String outcome,
      String next,
      String condition) {
    @Override
    public String toString() {
      return "%s in %s of %s: %s".formatted(command, state, profile, outcome);
    }
  }

  static Stream<Cell> of(String table) throws IOException {
    try (InputStream stored = LegalityCells.class.getResourceAsStream("/legality/" + table)) {
      assertThat(stored).isNotNull();
      return new String(stored.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split(",", 6))
          .flatMap(
              cell ->
                  profiles(cell[2])
                      .map(
                          profile ->
                              new Cell(cell[0], cell[1], profile, cell[3], cell[4], cell[5])));
    }
  }

  private static Stream<Profile> profiles(String name) {
    return name.equals("*")
        ? PROFILES.stream()
        : Arrays.stream(Profile.values())
            .filter(profile -> profile.name().equals(name.toUpperCase(Locale.ROOT)));
  }
}
