package dev.pawl.cli.events;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.run.RunReference;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.WatchFilter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the filter of events: {@code kind}, {@code run}, {@code workflow}, {@code task}, {@code
 * state} and {@code labels.KEY}, each with {@code =}, joined by {@code AND}.
 */
final class EventFilter {
  private static final Pattern CONDITION =
      Pattern.compile("\\s*([A-Za-z][A-Za-z0-9_.-]*)\\s*(!=|=)\\s*(\"[^\"]*\"|[^\\s\"]+)\\s*");
  private static final Pattern AND = Pattern.compile("AND\\s", Pattern.CASE_INSENSITIVE);

  private EventFilter() {}

  static WatchFilter parse(Invocation invocation, String text) {
    WatchFilter.Builder filter = WatchFilter.newBuilder();
    Matcher condition = CONDITION.matcher(text);
    int position = 0;
    while (position < text.length() && !text.isBlank()) {
      if (!condition.find(position) || condition.start() != position) {
        throw malformed(text, position);
      }
      if (condition.group(2).equals("!=")) {
        throw CommandFailed.usage("Events are filtered with = only, not with !=.");
      }
      String value = condition.group(3);
      String bare = value.startsWith("\"") ? value.substring(1, value.length() - 1) : value;
      add(invocation, filter, condition.group(1), bare);
      position = condition.end();
      if (position < text.length()) {
        Matcher and = AND.matcher(text).region(position, text.length());
        if (!and.lookingAt()) {
          throw malformed(text, position);
        }
        position = and.end();
        if (text.substring(position).isBlank()) {
          throw malformed(text, position);
        }
      }
    }
    return filter.build();
  }

  private static void add(
      Invocation invocation, WatchFilter.Builder filter, String field, String value) {
    switch (field) {
      case "kind" -> filter.addKinds(kind(value));
      case "run", "id" -> filter.addRuns(fullName(invocation, value));
      case "workflow" -> filter.addDefinitions(invocation.names().workflow(value));
      case "task" -> filter.addDefinitions(invocation.names().task(value));
      case "state" -> filter.addStates(value.toUpperCase(Locale.ROOT));
      default -> {
        if (!field.startsWith("labels.")) {
          throw CommandFailed.usage(
              "Events have no field " + field + ".",
              "Known: kind, run, workflow, task, state, labels.KEY.");
        }
        filter.putLabels(field.substring("labels.".length()), value);
      }
    }
  }

  static EntityKind kind(String text) {
    try {
      EntityKind kind = EntityKind.valueOf("ENTITY_KIND_" + text.toUpperCase(Locale.ROOT));
      if (kind != EntityKind.ENTITY_KIND_UNSPECIFIED) {
        return kind;
      }
    } catch (IllegalArgumentException e) {
      throw unknownKind(text);
    }
    throw unknownKind(text);
  }

  private static CommandFailed unknownKind(String text) {
    return CommandFailed.usage(
        "There is no kind " + text + ".", "Known: workflow, task, run, execution.");
  }

  /** The stream wants full names, so a part of an id is looked up first. */
  static String fullName(Invocation invocation, String typed) {
    return invocation
        .connection()
        .call(
            RunServiceGrpc.getGetRunMethod(),
            GetRunRequest.newBuilder().setName(RunReference.run(invocation, typed)).build())
        .getRun()
        .getName();
  }

  private static CommandFailed malformed(String text, int position) {
    return CommandFailed.usage(
        "The filter does not parse at column %d: %s".formatted(position + 1, text),
        "Write field = value, joined by AND.");
  }
}
