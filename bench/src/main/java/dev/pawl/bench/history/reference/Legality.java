package dev.pawl.bench.history.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One table of state x command, as the model has it (C3.2, C3.4). */
public final class Legality {
  /** What is accepted only so, is refused else. */
  private static final String ONCE_ALLOWED = "only when the definition allows";

  private static final Legality RUN = load("run.csv");
  private static final Legality EXECUTION = load("execution.csv");

  /** What a command comes to in a state. */
  public enum Outcome {
    ACCEPT,
    /** It is so already: OK, and no fact. */
    NOOP,
    REFUSE
  }

  /**
   * One row.
   *
   * @param profile {@code *} for every one
   * @param next the state that an accepted command leads to
   */
  private record Cell(String profile, Outcome outcome, String next) {}

  private final Map<String, List<Cell>> cells;
  private final Set<String> states;

  private Legality(Map<String, List<Cell>> cells, Set<String> states) {
    this.cells = cells;
    this.states = Set.copyOf(states);
  }

  /** Of runs. */
  public static Legality ofRuns() {
    return RUN;
  }

  /** Of executions. */
  public static Legality ofExecutions() {
    return EXECUTION;
  }

  private static Legality load(String name) {
    Map<String, List<Cell>> cells = new HashMap<>();
    Set<String> states = new HashSet<>();
    try (InputStream table = Legality.class.getResourceAsStream(name)) {
      if (table == null) {
        throw new IllegalStateException("the table " + name + " is not in the build");
      }
      String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .skip(1)
          .filter(line -> !line.isBlank())
          .forEach(
              line -> {
                String[] columns = line.split(",", 6);
                states.add(columns[0]);
                List<Cell> some =
                    cells.computeIfAbsent(columns[0] + " " + columns[1], _ -> new ArrayList<>(1));
                some.add(new Cell(columns[2], outcome(columns[3]), columns[4]));
                if (columns[5].startsWith(ONCE_ALLOWED)) {
                  some.add(new Cell(columns[2], Outcome.REFUSE, ""));
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException("the table " + name + " cannot be read", e);
    }
    return new Legality(cells, states);
  }

  private static Outcome outcome(String word) {
    return switch (word) {
      case "accept" -> Outcome.ACCEPT;
      case "noop" -> Outcome.NOOP;
      case "refuse" -> Outcome.REFUSE;
      default -> throw new IllegalStateException("no outcome of the model: " + word);
    };
  }

  /** Whether the model has this state. */
  public boolean knows(String state) {
    return states.contains(state);
  }

  /** Whether the command may come to this, in a run of some profile. */
  public boolean allows(String state, String command, Outcome outcome) {
    return cells.getOrDefault(state + " " + command, List.of()).stream()
        .anyMatch(cell -> cell.outcome() == outcome);
  }

  /** The state that the command leads to where it is accepted. */
  public Optional<String> next(String state, String command, String profile) {
    return cells.getOrDefault(state + " " + command, List.of()).stream()
        .filter(cell -> cell.outcome() == Outcome.ACCEPT)
        .filter(cell -> cell.profile().equals("*") || cell.profile().equals(profile))
        .map(Cell::next)
        .findFirst();
  }
}
