package dev.pawl.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunIdsTest {
  private static final String V7 = "018f3c5e-7a10-7abc-8def-0123456789ab";

  @Test
  void an_id_is_26_characters_of_lower_case_crockford_base32() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(RunIds.derive("shop", "request-" + i).value())
          .matches("[0-7][0-9a-hjkmnp-tv-z]{25}");
    }
  }

  @Test
  void the_same_request_gives_the_same_id_and_any_other_another() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      ids.add(RunIds.derive("shop", "request-" + i).value());
      ids.add(RunIds.derive("bank", "request-" + i).value());
    }
    assertThat(ids).hasSize(2_000);
    assertThat(RunIds.derive("shop", "request-7")).isEqualTo(RunIds.derive("shop", "request-7"));
  }

  @Test
  void project_and_request_are_kept_apart() {
    assertThat(RunIds.derive("ab", "c")).isNotEqualTo(RunIds.derive("a", "bc"));
  }

  @Test
  void a_uuid_of_version_7_lends_its_time() {
    List<String> ids = new ArrayList<>();
    for (long millis = 1_700_000_000_000L; millis < 1_700_000_000_050L; millis++) {
      ids.add(RunIds.derive("shop", v7(millis)).value());
    }
    assertThat(ids).isSorted();
    // 0x018f3c5e7a10 in base32, of 130 bits whose first two are 0.
    assertThat(RunIds.derive("shop", V7).value()).startsWith("01hwy5wygg");
  }

  @Test
  void another_uuid_lends_nothing() {
    String v4 = "018f3c5e-7a10-4abc-8def-0123456789ab";
    assertThat(RunIds.derive("shop", v4).value().substring(0, 9))
        .isNotEqualTo(RunIds.derive("shop", V7).value().substring(0, 9));
  }

  @Test
  void one_time_with_different_rests_gives_different_ids() {
    assertThat(RunIds.derive("shop", V7)).isNotEqualTo(RunIds.derive("bank", V7));
  }

  private static String v7(long millis) {
    return new UUID((millis << 16) | 0x7abcL, 0x8000_0000_0000_0001L).toString();
  }
}
