package dev.pawl.bench.chaos.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.definition.DefinitionCheck;
import dev.pawl.v1.Definition;
import dev.pawl.v1.TaskSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ProgramMakerTest {
  private static final Map<String, List<String>> WORKERS =
      Map.of("default", List.of("ada", "ben"), "side", List.of("cyd"));

  @Test
  void the_same_number_makes_the_same_programs_in_whatever_order() {
    ProgramMaker one = new ProgramMaker(7, WORKERS);
    ProgramMaker other = new ProgramMaker(7, WORKERS);

    List<Program> forward = IntStream.range(0, 40).mapToObj(i -> one.make(i, 0)).toList();
    List<Program> backward =
        IntStream.range(0, 40).map(i -> 39 - i).mapToObj(i -> other.make(i, 0)).toList().reversed();

    assertThat(backward).isEqualTo(forward);
  }

  @Test
  void another_number_makes_other_programs() {
    assertThat(new ProgramMaker(8, WORKERS).make(1, 0))
        .isNotEqualTo(new ProgramMaker(7, WORKERS).make(1, 0));
  }

  @Test
  void every_version_of_a_program_has_its_name_and_kind() {
    ProgramMaker maker = new ProgramMaker(3, WORKERS);
    for (int i = 0; i < 50; i++) {
      Program first = maker.make(i, 0);
      Program second = maker.make(i, 1);

      assertThat(second.resource()).isEqualTo(first.resource());
      assertThat(second).isNotEqualTo(first);
    }
  }

  @Test
  void programs_are_without_mistakes() {
    programs()
        .forEach(
            program ->
                assertThat(DefinitionCheck.check(definition(program)))
                    .as(program.toString())
                    .isEmpty());
  }

  @Test
  void programs_have_all_that_is_to_be_met() {
    Set<String> met = new HashSet<>();
    programs().forEach(program -> note(program, met));

    assertThat(met)
        .contains(
            "single",
            "graph",
            "thirty tasks",
            "needs several",
            "run timeout",
            "attempt timeout",
            "max in flight",
            "retry",
            "side group",
            "only worker",
            "keeps running",
            "rollback",
            "clean-up",
            "noop",
            "output of another",
            "FAIL",
            "GIVE_UP",
            "HANG",
            "DEFY",
            "NONE",
            "ACTS",
            "IDEMPOTENT");
  }

  @Test
  void what_hangs_is_ended_by_a_timeout() {
    programs()
        .forEach(
            program ->
                tasks(program)
                    .filter(task -> Conduct.of(task).stream().anyMatch(ProgramMakerTest::hangs))
                    .forEach(
                        task ->
                            assertThat(task.getExecute().hasTimeout() || hasTimeout(program))
                                .as(task.toString())
                                .isTrue()));
  }

  private static boolean hangs(Conduct conduct) {
    return conduct.acts().stream()
        .anyMatch(act -> act.kind() == Act.Kind.HANG || act.kind() == Act.Kind.DEFY);
  }

  private static boolean hasTimeout(Program program) {
    return switch (program) {
      case Program.Graph(var spec) -> spec.hasTimeout();
      case Program.Single(var spec) -> spec.hasTimeout();
    };
  }

  private static Stream<Program> programs() {
    return IntStream.range(0, 20)
        .boxed()
        .flatMap(
            number ->
                IntStream.range(0, 30)
                    .mapToObj(i -> new ProgramMaker(number, WORKERS).make(i, i % 3)));
  }

  private static Definition definition(Program program) {
    Definition.Builder definition = Definition.newBuilder().setApiVersion("pawl/v1");
    return switch (program) {
      case Program.Graph(var spec) -> definition.setWorkflow(spec).build();
      case Program.Single(var spec) -> definition.setTask(spec).build();
    };
  }

  private static Stream<TaskSpec> tasks(Program program) {
    return switch (program) {
      case Program.Graph(var spec) -> spec.getTasksList().stream();
      case Program.Single(var spec) -> Stream.of(spec);
    };
  }

  private static void note(Program program, Set<String> met) {
    switch (program) {
      case Program.Graph(var spec) -> {
        met.add("graph");
        noteIf(spec.getTasksCount() >= 28, "thirty tasks", met);
        noteIf(spec.hasMaxInFlight(), "max in flight", met);
      }
      case Program.Single _ -> met.add("single");
    }
    noteIf(hasTimeout(program), "run timeout", met);
    tasks(program)
        .forEach(
            task -> {
              noteIf(task.getNeedsCount() > 1, "needs several", met);
              noteIf(task.getExecute().hasTimeout(), "attempt timeout", met);
              noteIf(task.hasRetry(), "retry", met);
              noteIf(task.getGroup().equals("side"), "side group", met);
              noteIf(task.getPlacement().hasOnlyWorker(), "only worker", met);
              noteIf(task.getKeepRunning(), "keeps running", met);
              noteIf(task.getExecute().hasNoop(), "noop", met);
              noteIf(task.hasRollback(), "rollback", met);
              noteIf(task.hasCancel(), "clean-up", met);
              noteIf(task.containsInputs("upstream"), "output of another", met);
              Conduct.of(task)
                  .ifPresent(
                      conduct -> {
                        conduct.acts().forEach(act -> met.add(act.kind().name()));
                        met.add(conduct.effect().name());
                      });
            });
  }

  private static void noteIf(boolean so, String what, Set<String> met) {
    if (so) {
      met.add(what);
    }
  }
}
