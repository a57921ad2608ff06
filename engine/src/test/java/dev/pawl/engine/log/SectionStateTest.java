package dev.pawl.engine.log;

import static dev.pawl.engine.log.LogFixture.NOON;
import static dev.pawl.engine.log.LogFixture.chunk;
import static dev.pawl.engine.log.LogFixture.last;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.log.SectionState.Verdict;
import org.junit.jupiter.api.Test;

class SectionStateTest {
  private static final LogKey KEY = LogFixture.key(LogFixture.newRun(), "build");
  private static final long LIMIT = 1_000_000;

  @Test
  void only_what_goes_on_from_the_end_is_taken() {
    SectionState ten = after(chunk(KEY, 1, 10));

    assertThat(ten.lines()).isEqualTo(10);
    assertThat(ten.judge(chunk(KEY, 11, 5), LIMIT)).isInstanceOf(Verdict.Take.class);
    assertThat(ten.judge(chunk(KEY, 12, 5), LIMIT)).isEqualTo(new Verdict.Misfit());
    assertThat(ten.judge(chunk(KEY, 9, 5), LIMIT)).isEqualTo(new Verdict.Misfit());
    assertThat(ten.judge(chunk(KEY, 1, 10), LIMIT)).isEqualTo(new Verdict.Known());
    assertThat(ten.judge(chunk(KEY, 10, 1), LIMIT)).isEqualTo(new Verdict.Known());
  }

  @Test
  void a_mark_without_lines_is_taken_once() {
    SectionState ten = after(chunk(KEY, 1, 10));
    LogChunk dropped = chunk(KEY, NOON, 11, 0, false, true);
    LogChunk end = chunk(KEY, NOON, 11, 0, true, true);

    SectionState truncated = take(ten, dropped);
    assertThat(truncated.section().truncated()).isTrue();
    assertThat(truncated.section().ended()).isFalse();
    assertThat(truncated.judge(dropped, LIMIT)).isEqualTo(new Verdict.Known());

    SectionState ended = take(truncated, end);
    assertThat(ended.section().ended()).isTrue();
    assertThat(ended.lines()).isEqualTo(10);
    assertThat(ended.judge(end, LIMIT)).isEqualTo(new Verdict.Known());
  }

  @Test
  void an_ended_section_takes_no_line_but_knows_those_it_has() {
    SectionState ended = after(last(KEY, 1, 10));

    assertThat(ended.judge(last(KEY, 1, 10), LIMIT)).isEqualTo(new Verdict.Known());
    assertThat(ended.judge(chunk(KEY, 11, 1), LIMIT)).isEqualTo(new Verdict.Closed());
    assertThat(ended.judge(chunk(KEY, 15, 1), LIMIT)).isEqualTo(new Verdict.Closed());
  }

  @Test
  void the_chunk_that_would_pass_the_limit_is_not_stored_and_ends_the_section() {
    SectionState ten = after(chunk(KEY, 1, 10));
    LogChunk more = chunk(KEY, 11, 1);

    assertThat(ten.judge(more, ten.bytes() + more.lines().size())).isInstanceOf(Verdict.Take.class);
    assertThat(ten.judge(more, ten.bytes() + more.lines().size() - 1))
        .isInstanceOfSatisfying(
            Verdict.Full.class,
            full -> {
              assertThat(full.next().lines()).isEqualTo(10);
              assertThat(full.next().section().ended()).isTrue();
              assertThat(full.next().section().truncated()).isTrue();
              assertThat(full.next().judge(more, LIMIT)).isEqualTo(new Verdict.Closed());
            });
  }

  private static SectionState after(LogChunk chunk) {
    return take(SectionState.before(chunk), chunk);
  }

  private static SectionState take(SectionState state, LogChunk chunk) {
    return switch (state.judge(chunk, LIMIT)) {
      case Verdict.Take(var next) -> next;
      case Verdict other -> throw new AssertionError("expected to take it, but: " + other);
    };
  }
}
