package dev.pawl.dev.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Settings of an embedded PostgreSQL that somebody wants besides ours, or instead of those of ours
 * that are a matter of taste. What keeps acknowledged commits, and where the server is found, is
 * not.
 *
 * @param values by the name as PostgreSQL writes it
 */
public record PostgresSettings(Map<String, String> values) {
  /** Nothing besides ours. */
  public static final PostgresSettings NONE = new PostgresSettings(Map.of());

  private static final Set<String> DURABILITY =
      Set.of("fsync", "synchronous_commit", "full_page_writes");

  /** We tell the server ourselves where it lives, and look for it there. */
  private static final Set<String> OURS =
      Set.of(
          "config_file",
          "data_directory",
          "external_pid_file",
          "hba_file",
          "ident_file",
          "listen_addresses",
          "password_encryption",
          "port",
          "ssl",
          "unix_socket_directories");

  private static final Pattern ASSIGNMENT =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_-]*(?:\\.[A-Za-z_][A-Za-z0-9_-]*)?)=(.*)");

  public PostgresSettings {
    values = Map.copyOf(values);
    for (String name : values.keySet()) {
      if (DURABILITY.contains(name)) {
        throw new IllegalArgumentException(
            "%s is on and stays on: without it an acknowledged commit can be lost. Leave it out."
                .formatted(name));
      }
      if (OURS.contains(name)) {
        throw new IllegalArgumentException(
            "%s says where the embedded PostgreSQL is found, which is not yours to set. Leave it out, or run pawl server on a PostgreSQL of your own."
                .formatted(name));
      }
    }
  }

  /**
   * Reads settings as they are written on a command line; the last of a name counts.
   *
   * @param assignments each {@code NAME=VALUE}
   * @throws IllegalArgumentException with a message for whoever wrote them
   */
  public static PostgresSettings parse(List<String> assignments) {
    Map<String, String> values = new TreeMap<>();
    for (String assignment : assignments) {
      Matcher matcher = ASSIGNMENT.matcher(assignment);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "a setting of PostgreSQL is written NAME=VALUE, not '%s'.".formatted(assignment));
      }
      values.put(canonical(matcher.group(1)), matcher.group(2));
    }
    return new PostgresSettings(values);
  }

  /** PostgreSQL takes a name in any case, and a hyphen for an underscore. */
  private static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  /** As arguments of {@code postgres}, in a fixed order. */
  Stream<String> arguments() {
    List<String> assignments = new ArrayList<>();
    new TreeMap<>(values).forEach((name, value) -> assignments.add(name + "=" + value));
    return assignments.stream();
  }
}
