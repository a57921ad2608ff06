package dev.pawl.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.journal.SampleFacts;
import dev.pawl.engine.run.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FeedWindowTest {
  @Test
  void it_shows_what_lies_behind_a_place() {
    FeedWindow window = new FeedWindow(FeedPosition.BEGINNING, 10, 1_000);
    window.append(entries(1, 5, 1), place(5));

    assertThat(numbers(window.after(FeedPosition.BEGINNING, 100)))
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(numbers(window.after(place(2), 2))).containsExactly(3L, 4L);
    assertThat(window.after(place(5), 100)).isEmpty();
    assertThat(window.after(place(9), 100)).isEmpty();
  }

  @Test
  void it_lets_go_of_the_oldest_by_number() {
    FeedWindow window = new FeedWindow(FeedPosition.BEGINNING, 10, 1_000);
    for (int from = 1; from <= 96; from += 5) {
      window.append(entries(from, from + 4, 1), place(from + 4));
    }
    assertThat(window.floor()).isEqualTo(place(90));
    assertThat(window.head()).isEqualTo(place(100));
    assertThat(numbers(window.after(window.floor(), 100)))
        .containsExactlyElementsOf(LongStream.rangeClosed(91, 100).boxed().toList());
  }

  @Test
  void it_lets_go_of_the_oldest_by_bytes_but_keeps_the_newest() {
    FeedWindow window = new FeedWindow(FeedPosition.BEGINNING, 10, 1_000);
    window.append(entries(1, 4, 400), place(4));
    assertThat(numbers(window.after(window.floor(), 100))).containsExactly(3L, 4L);
    window.append(entries(5, 5, 5_000), place(5));
    assertThat(numbers(window.after(window.floor(), 100))).containsExactly(5L);
  }

  @Test
  void the_head_may_lie_behind_the_last_entry() {
    FeedWindow window = new FeedWindow(place(3), 10, 1_000);
    window.append(List.of(), place(7));
    assertThat(window.head()).isEqualTo(place(7));
    assertThat(window.floor()).isEqualTo(place(3));
    assertThat(window.after(place(3), 10)).isEmpty();
  }

  private static FeedPosition place(long number) {
    return new FeedPosition(1, number, number);
  }

  private static List<RowDecoder.Decoded> entries(long from, long to, int bytes) {
    List<RowDecoder.Decoded> entries = new ArrayList<>();
    for (long number = from; number <= to; number++) {
      entries.add(
          new RowDecoder.Decoded(
              SampleEntries.run(
                  number, new RunEvent.Continued(List.of()), "RUNNING", SampleFacts.NOW),
              bytes));
    }
    return entries;
  }

  private static List<Long> numbers(List<FeedEntry> entries) {
    return entries.stream().map(FeedEntry::sequence).toList();
  }
}
