package dev.pawl.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestIdsTest {
  @Test
  void an_id_is_a_uuid_of_version_7_that_begins_with_the_time() {
    UUID id = RequestIds.at(0x0123_4567_89ABL, -1, -1);

    assertThat(id).hasToString("01234567-89ab-7fff-bfff-ffffffffffff");
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(RequestIds.at(1, 0, 0)).hasToString("00000000-0001-7000-8000-000000000000");
  }

  @Test
  void ids_differ() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      ids.add(RequestIds.next());
    }
    assertThat(ids).hasSize(10_000);
  }
}
