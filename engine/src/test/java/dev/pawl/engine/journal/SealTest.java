package dev.pawl.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class SealTest {
  private static final byte[] PAYLOAD = "place 17".getBytes(StandardCharsets.UTF_8);
  private final Database database;

  SealTest(TestDatabase postgres) {
    database = postgres.open();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void what_one_node_seals_another_opens() {
    String token = Seal.of(database).seal(PAYLOAD);

    assertThat(token).matches("[A-Za-z0-9_-]+");
    assertThat(Seal.of(database).open(token)).hasValue(PAYLOAD);
  }

  @Test
  void what_was_changed_anywhere_does_not_open() {
    Seal seal = Seal.of(database);
    String token = seal.seal(PAYLOAD);

    for (int i = 0; i < token.length() - 1; i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(seal.open(changed)).as("changed at %d", i).isEmpty();
    }
    assertThat(seal.open("")).isEmpty();
    assertThat(seal.open("no base64!")).isEmpty();
    assertThat(seal.open(token.substring(4))).isEmpty();
  }

  @Test
  void a_code_is_the_same_on_every_node_and_fits_one_text_only() {
    String code = Seal.of(database).mac("run/task/0#3");

    assertThat(Seal.of(database).mac("run/task/0#3")).isEqualTo(code);
    assertThat(Seal.of(database).mac("run/task/0#4")).isNotEqualTo(code);
  }
}
