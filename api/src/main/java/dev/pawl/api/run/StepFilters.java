package dev.pawl.api.run;

import dev.pawl.api.filter.Comparisons;
import dev.pawl.api.filter.Filter;
import dev.pawl.api.filter.FilterErrors;
import dev.pawl.api.filter.FilterParser;
import dev.pawl.api.filter.Operator;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.StepView;
import dev.pawl.v1.Operation;
import dev.pawl.v1.TaskRunState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What filters of ListTaskRuns say about steps: they are asked of each of them. */
final class StepFilters {
  private static final String STATE = "TASK_RUN_STATE_";
  private static final String OPERATION = "OPERATION_";
  private static final List<String> KNOWN =
      List.of(
          "state",
          "operation",
          "name",
          "worker",
          "group",
          "reason",
          "needs",
          "attempt",
          "start_time",
          "end_time");
  private static final List<String> STATES =
      Arrays.stream(TaskRunState.values())
          .filter(
              state ->
                  state != TaskRunState.TASK_RUN_STATE_UNSPECIFIED
                      && state != TaskRunState.UNRECOGNIZED)
          .map(state -> state.name().substring(STATE.length()))
          .toList();
  private static final List<String> OPERATIONS =
      Stream.of(
              Operation.OPERATION_EXECUTE,
              Operation.OPERATION_RETRY,
              Operation.OPERATION_ROLLBACK,
              Operation.OPERATION_PASS)
          .map(operation -> operation.name().substring(OPERATION.length()))
          .toList();

  private StepFilters() {}

  /** Reads {@code filter}; refuses with INVALID_FILTER. */
  static Predicate<StepView> parse(String text) {
    return read(FilterParser.parse(text));
  }

  private static Predicate<StepView> read(Filter filter) {
    return switch (filter) {
      case Filter.And(var parts) -> {
        List<Predicate<StepView>> all = read(parts);
        yield step -> all.stream().allMatch(part -> part.test(step));
      }
      case Filter.Or(var parts) -> {
        List<Predicate<StepView>> any = read(parts);
        yield step -> any.stream().anyMatch(part -> part.test(step));
      }
      case Filter.Not(var part) -> read(part).negate();
      case Filter.Comparison comparison -> read(comparison);
    };
  }

  private static List<Predicate<StepView>> read(List<Filter> parts) {
    return parts.stream().map(StepFilters::read).toList();
  }

  private static Predicate<StepView> read(Filter.Comparison comparison) {
    return switch (comparison.field().text()) {
      case "state" -> state(Comparisons.word(comparison, "a state of steps", STATES));
      case "operation" ->
          operation(Comparisons.word(comparison, "an operation of steps", OPERATIONS));
      case "name" -> text(comparison, step -> Stream.of(step.task(), step.displayName()));
      case "worker" -> text(comparison, step -> Stream.of(step.worker()));
      case "group" -> text(comparison, step -> Stream.of(step.group()));
      case "reason" -> text(comparison, step -> Stream.of(step.reason()));
      case "needs" -> text(comparison, step -> step.needs().stream());
      case "attempt" -> {
        long value = Comparisons.number(comparison);
        yield step -> holds(comparison.operator(), Long.compare(step.attempt(), value));
      }
      case "start_time" -> time(comparison, StepView::startedAt);
      case "end_time" -> time(comparison, StepView::endedAt);
      default -> throw FilterErrors.unknown(comparison.field(), KNOWN);
    };
  }

  private static Predicate<StepView> state(String name) {
    Optional<StepStatus> wanted = RunWords.toEngine(TaskRunState.valueOf(STATE + name));
    return step -> wanted.filter(step.status()::equals).isPresent();
  }

  private static Predicate<StepView> operation(String name) {
    Operation wanted = Operation.valueOf(OPERATION + name);
    return step -> RunMapper.operation(step) == wanted;
  }

  private static Predicate<StepView> text(
      Filter.Comparison comparison, Function<StepView, Stream<String>> texts) {
    String value = comparison.value().text();
    if (!Comparisons.contains(comparison)) {
      return step -> texts.apply(step).anyMatch(value::equals);
    }
    String part = value.toLowerCase(Locale.ROOT);
    return step -> texts.apply(step).anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(part));
  }

  private static Predicate<StepView> time(
      Filter.Comparison comparison, Function<StepView, Optional<Instant>> time) {
    Instant value = Comparisons.instant(comparison);
    return step ->
        time.apply(step)
            .filter(at -> holds(comparison.operator(), at.compareTo(value)))
            .isPresent();
  }

  private static boolean holds(Operator operator, int compared) {
    return switch (operator) {
      case EQUAL, HAS -> compared == 0;
      case LESS -> compared < 0;
      case LESS_OR_EQUAL -> compared <= 0;
      case GREATER -> compared > 0;
      case GREATER_OR_EQUAL -> compared >= 0;
    };
  }
}
