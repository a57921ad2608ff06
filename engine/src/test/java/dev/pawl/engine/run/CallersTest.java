package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.NOW;
import static dev.pawl.engine.run.RunFixture.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.run.RunMessage.HeadAnswer;
import java.time.Instant;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

/** Who waits for the end of a run that lasts longer than the patience of each question. */
class CallersTest {
  private static final Plan PLAN = RunFixture.plan("a");
  private static final Portrait PORTRAIT =
      Portrait.of(RUN, PLAN, RunLegalityTest.in("SUCCEEDED"), null);

  private final Callers callers = new Callers();
  private final TestInbox<HeadAnswer> first = TestInbox.create();
  private final TestInbox<HeadAnswer> second = TestInbox.create();

  private static RunMessage.Await until(Instant until, TestInbox<HeadAnswer> inbox) {
    return new RunMessage.Await("default", until, inbox.getRef());
  }

  @Test
  void who_asks_again_takes_the_place_of_those_whose_time_is_over() {
    callers.awaitEnd(until(NOW.plusSeconds(5), first), NOW);
    callers.awaitEnd(until(NOW.plusSeconds(11), second), NOW.plusSeconds(6));

    callers.ended(PORTRAIT, NOW);

    assertThat(first.hasMessages()).isFalse();
    assertThat(second.getAllReceived()).hasSize(1);
  }

  @Test
  void only_those_who_still_wait_are_told_the_end() {
    callers.awaitEnd(until(NOW.plusSeconds(5), first), NOW);
    callers.awaitEnd(until(NOW.plusSeconds(9), second), NOW.plusSeconds(4));

    callers.ended(PORTRAIT, NOW.plusSeconds(6));

    assertThat(first.hasMessages()).isFalse();
    assertThat(second.getAllReceived()).hasSize(1);
    assertThat(callers.none()).isTrue();
  }
}
