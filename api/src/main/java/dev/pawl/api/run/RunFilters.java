package dev.pawl.api.run;

import dev.pawl.api.filter.Comparisons;
import dev.pawl.api.filter.Filter;
import dev.pawl.api.filter.FilterErrors;
import dev.pawl.api.filter.FilterParser;
import dev.pawl.api.filter.Operator;
import dev.pawl.api.filter.OrderBy;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunFilter.Text;
import dev.pawl.engine.view.RunFilter.Time;
import dev.pawl.engine.view.RunOrder;
import dev.pawl.engine.view.RunOrder.Field;
import dev.pawl.v1.Operation;
import dev.pawl.v1.RunState;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What filters and orders of ListRuns say about runs. */
public final class RunFilters {
  private static final String STATE = "RUN_STATE_";
  private static final String LABELS = "labels.";
  private static final String OBJECTS = "objects.";

  private static final Map<String, Text> TEXTS =
      Map.of(
          "workflow", new Text.Workflow(),
          "task", new Text.Task(),
          "name", new Text.Name(),
          "initiator", new Text.Initiator(),
          "id", new Text.Id(),
          "parent", new Text.Parent(),
          "reason", new Text.Reason(),
          "object.kind", new Text.ObjectKind(),
          "object.name", new Text.ObjectName(),
          "object.id", new Text.ObjectId());
  private static final Set<String> IDS = Set.of("id", "parent");
  private static final Map<String, Time> TIMES =
      Map.of("create_time", Time.CREATED, "start_time", Time.STARTED, "end_time", Time.ENDED);
  private static final Map<String, Field> ORDERS =
      Map.of(
          "create_time", Field.CREATED,
          "start_time", Field.STARTED,
          "end_time", Field.ENDED,
          "state", Field.STATE,
          "name", Field.NAME);

  private static final List<String> KNOWN =
      List.of(
          "state",
          "ended",
          "operation",
          "profile",
          "name",
          "workflow",
          "task",
          "initiator",
          "id",
          "parent",
          "reason",
          "create_time",
          "start_time",
          "end_time",
          "object.kind",
          "object.name",
          "object.id",
          "objects.KIND",
          "labels.KEY");
  private static final List<String> ORDERED =
      List.of("create_time", "start_time", "end_time", "state", "name");
  private static final List<String> STATES =
      Arrays.stream(RunState.values())
          .filter(
              state -> state != RunState.RUN_STATE_UNSPECIFIED && state != RunState.UNRECOGNIZED)
          .map(state -> state.name().substring(STATE.length()))
          .toList();
  private static final List<String> PROFILES = names(Profile.values());
  private static final List<String> OPERATIONS =
      Stream.of(Operation.OPERATION_EXECUTE, Operation.OPERATION_ROLLBACK, Operation.OPERATION_PASS)
          .map(RunFilters::name)
          .toList();
  private static final RunFilter GOES_BACK =
      new RunFilter.Or(
          Stream.of(RunStatus.ROLLING_BACK, RunStatus.ROLLED_BACK, RunStatus.ROLLBACK_FAILED)
              .<RunFilter>map(RunFilter.InState::new)
              .toList());
  private static final RunFilter PASSED =
      new RunFilter.Is(new Text.Reason(), RunEvent.Passed.REASON);

  private RunFilters() {}

  /** Reads {@code filter}; refuses with INVALID_FILTER. */
  public static RunFilter parse(String text) {
    return read(FilterParser.parse(text));
  }

  /** The same, of the runs that may be seen. */
  static RunFilter seen(RunFilter filter, Rights rights) {
    if (rights.allow(Permission.VIEW)) {
      return filter;
    }
    List<RunFilter> about =
        rights.objects(Permission.VIEW).stream()
            .sorted(Comparator.comparing(ObjectName::toString))
            .<RunFilter>map(
                object -> new RunFilter.Is(new Text.ObjectOf(object.kind()), object.name()))
            .toList();
    return new RunFilter.And(List.of(filter, new RunFilter.Or(about)));
  }

  /** Reads {@code order_by}; refuses with INVALID_FIELD. */
  static RunOrder order(String text) {
    List<OrderBy.Key> keys = OrderBy.parse(text, ORDERED).keys();
    return keys.isEmpty()
        ? RunOrder.NEWEST
        : new RunOrder(
            keys.stream()
                .map(key -> new RunOrder.Key(field(key.field()), key.descending()))
                .toList());
  }

  private static Field field(String name) {
    Field field = ORDERS.get(name);
    if (field == null) {
      throw new IllegalStateException("runs are not ordered by " + name);
    }
    return field;
  }

  private static RunFilter read(Filter filter) {
    return switch (filter) {
      case Filter.And(var parts) -> new RunFilter.And(read(parts));
      case Filter.Or(var parts) -> new RunFilter.Or(read(parts));
      case Filter.Not(var part) -> new RunFilter.Not(read(part));
      case Filter.Comparison comparison -> read(comparison);
    };
  }

  private static List<RunFilter> read(List<Filter> parts) {
    return parts.stream().map(RunFilters::read).toList();
  }

  private static RunFilter read(Filter.Comparison comparison) {
    String name = comparison.field().text();
    Time time = TIMES.get(name);
    if (time != null) {
      return new RunFilter.When(
          time, RunFilters.comparison(comparison.operator()), Comparisons.instant(comparison));
    }
    return switch (name) {
      case "state" -> state(Comparisons.word(comparison, "a state of runs", STATES));
      case "ended" ->
          Comparisons.truth(comparison)
              ? new RunFilter.Ended()
              : new RunFilter.Not(new RunFilter.Ended());
      case "operation" ->
          operation(Comparisons.word(comparison, "an operation of runs", OPERATIONS));
      case "profile" ->
          new RunFilter.Is(
              new Text.OfProfile(), Comparisons.word(comparison, "a profile", PROFILES));
      default -> text(comparison, name);
    };
  }

  private static RunFilter text(Filter.Comparison comparison, String name) {
    Text known = TEXTS.get(name);
    Text text = known == null ? keyed(comparison.field()) : known;
    String value = comparison.value().text();
    if (Comparisons.contains(comparison)) {
      return new RunFilter.Contains(text, value);
    }
    return new RunFilter.Is(text, IDS.contains(name) ? value.toLowerCase(Locale.ROOT) : value);
  }

  private static Text keyed(Filter.Word field) {
    if (field.text().startsWith(LABELS)) {
      return new Text.Label(key(field, LABELS, "a label's key", "labels.team"));
    }
    if (field.text().startsWith(OBJECTS)) {
      return new Text.ObjectOf(key(field, OBJECTS, "a kind of objects", "objects.cluster"));
    }
    throw FilterErrors.unknown(field, KNOWN);
  }

  private static String key(Filter.Word field, String prefix, String what, String example) {
    String key = field.text().substring(prefix.length());
    if (!ResourceNames.isName(key)) {
      throw FilterErrors.refuse(
          field.column(),
          "expected %s behind %s such as %s, found %s"
              .formatted(
                  what, prefix, example, key.isEmpty() ? "nothing" : ResourceNames.quote(key)));
    }
    return key;
  }

  /** A state that the contract knows and runs do not come to yet is no run's. */
  private static RunFilter state(String name) {
    return Arrays.stream(RunStatus.values())
        .filter(status -> status.name().equals(name))
        .findFirst()
        .<RunFilter>map(RunFilter.InState::new)
        .orElseGet(() -> new RunFilter.Or(List.of()));
  }

  private static RunFilter operation(String name) {
    if (name.equals(name(Operation.OPERATION_ROLLBACK))) {
      return GOES_BACK;
    }
    return new RunFilter.And(
        List.of(
            new RunFilter.Not(GOES_BACK),
            name.equals(name(Operation.OPERATION_PASS)) ? PASSED : new RunFilter.Not(PASSED)));
  }

  private static String name(Operation operation) {
    return operation.name().substring("OPERATION_".length());
  }

  private static RunFilter.Comparison comparison(Operator operator) {
    return switch (operator) {
      case LESS -> RunFilter.Comparison.BEFORE;
      case LESS_OR_EQUAL -> RunFilter.Comparison.NOT_AFTER;
      // Refused where it stands behind a time.
      case EQUAL, HAS -> RunFilter.Comparison.AT;
      case GREATER_OR_EQUAL -> RunFilter.Comparison.NOT_BEFORE;
      case GREATER -> RunFilter.Comparison.AFTER;
    };
  }

  private static <E extends Enum<E>> List<String> names(E[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }
}
