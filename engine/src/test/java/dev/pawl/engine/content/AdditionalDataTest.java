package dev.pawl.engine.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdditionalDataTest {
  private static final int PLENTY = 1024 * 1024;

  private static AdditionalData data(String json) {
    return AdditionalData.of(struct(json));
  }

  private static Struct struct(String json) {
    Struct.Builder struct = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(json, struct);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return struct.build();
  }

  private static AdditionalData merged(String... oldestFirst) {
    return AdditionalData.merged(
        Stream.of(oldestFirst).map(AdditionalDataTest::data).toList(), PLENTY);
  }

  @Test
  void lists_are_joined_objects_are_merged_and_of_anything_else_the_last_one_stands() {
    assertThat(
            merged(
                "{'hosts': ['a'], 'stats': {'rows': 1, 'deep': {'x': [1]}}, 'note': 'begun', 'ok':"
                    + " false}",
                "{'hosts': ['b', 'a'], 'stats': {'tries': 2, 'deep': {'x': [2], 'y': 3}}}",
                "{'note': 'done', 'ok': true, 'stats': {'rows': 5}, 'none': null}"))
        .isEqualTo(
            data(
                "{'hosts': ['a', 'b', 'a'], 'note': 'done', 'ok': true, 'none': null,"
                    + "'stats': {'rows': 5, 'tries': 2, 'deep': {'x': [1, 2], 'y': 3}}}"));
  }

  @Test
  void of_values_of_two_kinds_the_last_one_stands() {
    assertThat(merged("{'a': [1], 'b': {'c': 1}, 'd': 1}", "{'a': {'x': 1}, 'b': 2, 'd': [2]}"))
        .isEqualTo(data("{'a': {'x': 1}, 'b': 2, 'd': [2]}"));
    assertThat(merged("{'a': [1]}", "{'a': 'no list'}", "{'a': [2]}"))
        .isEqualTo(data("{'a': [2]}"));
    assertThat(merged("{'a': [1]}", "{'a': null}")).isEqualTo(data("{'a': null}"));
  }

  @Test
  void what_is_merged_is_left_as_it_was() {
    AdditionalData first = data("{'hosts': ['a'], 'stats': {'rows': 1}}");
    AdditionalData second = data("{'hosts': ['b'], 'stats': {'rows': 2}}");

    first.and(second, PLENTY);

    assertThat(first).isEqualTo(data("{'hosts': ['a'], 'stats': {'rows': 1}}"));
    assertThat(second).isEqualTo(data("{'hosts': ['b'], 'stats': {'rows': 2}}"));
  }

  @Test
  void nothing_adds_nothing() {
    AdditionalData some = data("{'a': 1}");
    assertThat(some.and(AdditionalData.NONE, 1)).isSameAs(some);
    assertThat(AdditionalData.NONE.and(some, PLENTY)).isEqualTo(some);
    assertThat(AdditionalData.merged(List.of(), 0)).isEqualTo(AdditionalData.NONE);
    assertThat(AdditionalData.of(Struct.getDefaultInstance())).isSameAs(AdditionalData.NONE);
    assertThat(AdditionalData.NONE.empty()).isTrue();
    assertThat(new AdditionalData(Struct.getDefaultInstance(), true).empty()).isFalse();
  }

  @Test
  void what_would_be_too_much_is_left_out_and_that_is_told() {
    AdditionalData before = data("{'log': ['%s']}".formatted("x".repeat(600)));
    AdditionalData much = data("{'log': ['%s']}".formatted("y".repeat(600)));
    AdditionalData little = data("{'z': 1}");

    AdditionalData truncated = before.and(much, 1000);

    assertThat(truncated).isEqualTo(new AdditionalData(before.values(), true));
    assertThat(truncated.and(little, 1000)).as("all that follow are left out").isEqualTo(truncated);
    assertThat(AdditionalData.merged(List.of(before, much, little), 1000))
        .as("of many, too")
        .isEqualTo(truncated);
    assertThat(AdditionalData.merged(List.of(little, truncated), PLENTY).truncated()).isTrue();
  }

  @Test
  void a_value_that_is_replaced_again_and_again_never_becomes_too_much() {
    List<AdditionalData> updates = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      updates.add(data("{'status': '%d %s'}".formatted(i, "x".repeat(500))));
    }
    AdditionalData merged = AdditionalData.merged(updates, 1000);
    assertThat(merged).isEqualTo(updates.getLast());
  }
}
