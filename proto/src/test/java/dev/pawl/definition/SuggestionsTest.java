package dev.pawl.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  @ParameterizedTest
  @CsvSource({
    "same, same, 0",
    "kitten, sitting, 3",
    "precheck, prechekc, 1",
    "load, loads, 1",
    "load, lod, 1",
    "abc, xyz, 3"
  })
  void the_distance_counts_edits(String a, String b, int distance) {
    assertThat(Suggestions.distance(a, b, 5)).isEqualTo(distance);
    assertThat(Suggestions.distance(b, a, 5)).isEqualTo(distance);
  }

  @Test
  void a_distance_above_the_limit_is_only_said_to_be_above() {
    assertThat(Suggestions.distance("kitten", "sitting", 2)).isEqualTo(3);
  }

  @Test
  void the_nearest_word_is_suggested_and_a_far_one_is_not() {
    assertThat(Suggestions.nearest("lod", List.of("load", "lot", "nod-off"))).contains("load");
    assertThat(Suggestions.nearest("lots", List.of("load", "lot"))).contains("lot");
    assertThat(Suggestions.nearest("xy", List.of("load", "lot"))).isEmpty();
  }
}
