package dev.pawl.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.ParameterPlan;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockRejection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalTextTest {
  private static final String LONG = "x".repeat(55);

  @Test
  void a_hundred_wrong_names_against_a_hundred_right_ones_are_told_in_2048_characters() {
    List<ParameterPlan> declared =
        IntStream.range(100, 200)
            .mapToObj(i -> new ParameterPlan("p%d%s".formatted(i, LONG), ValueType.STRING, none()))
            .toList();
    Map<String, Payload> given =
        IntStream.range(100, 200)
            .mapToObj("q%d"::formatted)
            .collect(Collectors.toMap(name -> name + LONG, _ -> RunFixture.text("v")));

    List<RunRejection.Mistake> mistakes = ParameterCheck.mistakes(declared, given);

    assertThat(mistakes).hasSize(200);
    assertThat(mistakes.get(100).message())
        .startsWith("not declared by the definition; it declares p100")
        .endsWith(" and 80 more");
    assertThat(mistakes.get(101).message()).isEqualTo("not declared by the definition");
    String message = RefusalText.message(new RunRejection.InvalidParameters(mistakes));
    assertThat(message)
        .hasSize(2_048)
        .startsWith("its parameters do not fit its definition: p100")
        .endsWith(" ...");
  }

  private static Optional<Value> none() {
    return Optional.empty();
  }

  @Test
  void a_lock_of_the_run_that_starts_it_is_told_as_such() {
    RunHeader header = RunFixture.below(RunFixture.header(RunFixture.plan("a"), Map.of()));
    LockName lock = LockName.of("zone", "z1");
    RunRejection above =
        new RunRejection.LockRefused(
            new LockRejection.Held(lock, lock, RunFixture.ABOVE, "ann", RunFixture.NOW));
    RunRejection elsewhere =
        new RunRejection.LockRefused(
            new LockRejection.Held(lock, lock, RunFixture.RUN, "ann", RunFixture.NOW));

    assertThat(LockRules.refusal(header, elsewhere)).isEqualTo(elsewhere);
    RunRejection told = LockRules.refusal(header, above);
    assertThat(RefusalText.reason(told)).isEqualTo("LOCK_HELD");
    assertThat(RefusalText.message(told))
        .startsWith("run " + RunFixture.ABOVE + ", whose step starts it, holds " + lock);
    assertThat(LockRules.refusal(RunFixture.header(RunFixture.plan("a"), Map.of()), above))
        .isEqualTo(above);
  }
}
