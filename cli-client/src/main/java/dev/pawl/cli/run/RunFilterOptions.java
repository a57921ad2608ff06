package dev.pawl.cli.run;

import dev.pawl.cli.CommandFailed;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which runs are meant: a filter, and short ways to write one. All that is given holds together.
 */
public final class RunFilterOptions {
  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description = "What the runs have in common; the language: pawl help filters.")
  private String filter = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description = "In one of these states.")
  private List<String> states = List.of();

  @Option(names = "--unfinished", description = "That have not ended.")
  private boolean unfinished;

  @Option(
      names = "--name",
      paramLabel = "TEXT",
      description = "With this in the name or title of the workflow or task, or in the id.")
  private String name = "";

  @Option(names = "--workflow", paramLabel = "NAME", description = "Of this workflow.")
  private String workflow = "";

  @Option(
      names = "--object",
      paramLabel = "[KIND=]NAME",
      description = "About this cluster, tenant, host ...; may be repeated.")
  private List<String> objects = List.of();

  @Option(names = "--initiator", paramLabel = "WHO", description = "Started by WHO.")
  private String initiator = "";

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "Created no longer ago than this.")
  private @Nullable Duration since;

  /** All of it as a filter of the API. */
  String text(Instant now) {
    List<String> parts = new ArrayList<>();
    if (!states.isEmpty()) {
      parts.add(
          states.stream()
              .map(RunFilterOptions::quoted)
              .collect(Collectors.joining(" OR ", "state = (", ")")));
    }
    if (unfinished) {
      parts.add("ended = false");
    }
    add(parts, "name : ", name);
    add(parts, "workflow = ", workflow);
    objects.forEach(object -> parts.add(object(object)));
    add(parts, "initiator = ", initiator);
    Duration back = since;
    if (back != null) {
      parts.add("create_time >= " + now.minus(back).truncatedTo(ChronoUnit.SECONDS));
    }
    if (!filter.isBlank()) {
      parts.addFirst(parts.isEmpty() ? filter : "(" + filter + ")");
    }
    return String.join(" AND ", parts);
  }

  private static void add(List<String> parts, String comparison, String value) {
    if (!value.isEmpty()) {
      parts.add(comparison + quoted(value));
    }
  }

  private static String object(String typed) {
    int equals = typed.indexOf('=');
    if (equals == 0 || typed.isEmpty() || equals == typed.length() - 1) {
      throw CommandFailed.usage(
          "--object is \"" + typed + "\".", "Write NAME or KIND=NAME, such as cluster=obdemo.");
    }
    return equals < 0
        ? "object.name = " + quoted(typed)
        : "objects.%s = %s"
            .formatted(typed.substring(0, equals), quoted(typed.substring(equals + 1)));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
