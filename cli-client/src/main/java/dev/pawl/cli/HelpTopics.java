package dev.pawl.cli;

import java.util.Optional;
import java.util.stream.Stream;

/** What there is to know besides commands. */
final class HelpTopics {
  private static final String FILTERS =
      """
      A filter compares fields with values, and joins comparisons with AND, OR, NOT and parentheses.

        state = FAILED AND workflow = "daily sales"
        state = (RUNNING OR PAUSED) AND objects.cluster = obdemo
        name : upgrade AND NOT initiator = scheduler AND create_time >= 2026-11-20T00:00:00Z

      Fields of runs (pawl run list):
        state                    = !=              RUNNING, PAUSED, SUCCEEDED, FAILED, TERMINATED ...
        ended                    = !=              true or false
        operation                = !=              EXECUTE, ROLLBACK or PASS
        profile                  = !=              OPS, OFFLINE, DISTRIBUTED or STREAM
        name                     = != :            of the workflow or task, its title, or the id
        workflow, task           = != :            the name of the definition, by its kind
        initiator, id, reason    = != :
        parent                   = != :            the id of the run whose step started it; or ""
        labels.KEY               = != :
        object.kind, object.name, object.id
                                 = != :            of any object of the run
        objects.KIND             = != :            the name of an object of this kind
        create_time, start_time, end_time
                                 = != < <= > >=    2026-11-20T02:30:00Z, or 2026-11-20 (UTC)

      Fields of steps (pawl step list):
        state                    = !=              WAIT_UPSTREAM, RUNNING, FAILED ...
        operation                = !=              EXECUTE, RETRY, ROLLBACK or PASS
        name                     = != :            the task, or its title
        worker, group, reason    = != :
        needs                    = != :            any task that it needs
        attempt                  = != < <= > >=    a number
        start_time, end_time     = != < <= > >=

      : means contains, and large or small letters are the same to it. != shows all that = does not,
      also what has no such thing; other comparisons do not show that. A value with blanks, quotes or
      parentheses stands in double quotes, with a \\ before a quote or a \\ in it. Several values:
      state = (FAILED OR TERMINATED). AND beside OR wants parentheses. At most 4,096 characters, 64
      comparisons, and parentheses 32 deep. A mistake is refused with its column.
      """;

  private HelpTopics() {}

  /** The lines about a topic; empty when there is no such topic. */
  static Optional<Stream<String>> lines(String topic) {
    return switch (topic) {
      case "exit-codes" ->
          Optional.of(
              Stream.of(ExitCode.values())
                  .map(code -> "%4d  %s".formatted(code.number(), code.meaning())));
      case "filters" -> Optional.of(FILTERS.lines());
      default -> Optional.empty();
    };
  }
}
