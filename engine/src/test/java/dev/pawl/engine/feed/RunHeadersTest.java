package dev.pawl.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunHeadersTest {
  private final RunHeaders headers = new RunHeaders();

  @Test
  void what_the_runs_of_a_definition_have_in_common_is_kept_once() {
    RunHeader first = copy("user:ada", Map.of("team", "data"));
    RunHeader second = copy("user:ada", Map.of("team", "data"));
    RunHeader other = copy("user:bob", Map.of());
    RunHeader keptFirst = headers.keep(new RunId("a"), first);
    RunHeader keptSecond = headers.keep(new RunId("b"), second);
    RunHeader keptOther = headers.keep(new RunId("c"), other);

    assertThat(keptFirst).isEqualTo(first);
    assertThat(keptSecond).isEqualTo(second);
    assertThat(keptOther).isEqualTo(other);
    assertThat(keptSecond.definitionHash()).isSameAs(keptFirst.definitionHash());
    assertThat(keptSecond.initiator()).isSameAs(keptFirst.initiator());
    assertThat(keptSecond.labels()).isSameAs(keptFirst.labels());
    assertThat(headers.get(new RunId("b"))).isSameAs(keptSecond);
    assertThat(headers.get(new RunId("d"))).isNull();
  }

  /** The sample header in objects of its own. */
  private static RunHeader copy(String initiator, Map<String, String> labels) {
    RunHeader sample = SampleEntries.header(Optional.of(Instant.EPOCH));
    return new RunHeader(
        sample.definition(),
        sample.definitionVersion(),
        new StringBuilder(sample.definitionHash()).toString(),
        sample.taskCount(),
        sample.parameters(),
        labels,
        new StringBuilder(initiator).toString(),
        sample.requestId(),
        sample.bodyHash(),
        sample.traceparent(),
        sample.createdAt(),
        sample.deadline());
  }
}
