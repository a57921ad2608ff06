package dev.pawl.cli.operation;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.ItemCounts;
import java.util.ArrayList;
import java.util.List;

/** Operations in a line. */
public final class OperationText {
  private OperationText() {}

  /** {@code Operation 7f3k2xyz retry ✓ SUCCESS 12 of 12 runs}. */
  public static String line(Invocation invocation, BulkOperation operation) {
    String message = operation.getMessage();
    return "Operation %s  %s  %s  %s%s"
        .formatted(
            Names.brief(operation.getId()),
            what(operation),
            invocation.style().state(States.name(operation.getState())),
            progress(operation),
            message.isEmpty() ? "" : "  (" + message + ")")
        .stripTrailing();
  }

  /** What it does: the command as it is typed, or {@code export}. */
  static String what(BulkOperation operation) {
    return switch (operation.getWorkCase()) {
      case COMMAND -> States.name(operation.getCommand().getCommand());
      case EXPORT -> "export";
      case WORK_NOT_SET -> "";
    };
  }

  /** How far it is. */
  static String progress(BulkOperation operation) {
    if (operation.hasFile()) {
      long rows = operation.getFile().getRows();
      return rows == 1 ? "1 run" : rows + " runs";
    }
    if (!operation.hasCommand()) {
      return "";
    }
    ItemCounts items = operation.getItems();
    List<String> not = new ArrayList<>();
    add(not, items.getRefused(), "refused");
    add(not, items.getUnanswered(), "unanswered");
    add(not, items.getCancelled(), "cancelled");
    return "%d of %d runs%s"
        .formatted(
            items.getAccepted() + items.getUnchanged(),
            items.getTotal(),
            not.isEmpty() ? "" : ", " + String.join(", ", not));
  }

  private static void add(List<String> words, int count, String word) {
    if (count > 0) {
      words.add(count + " " + word);
    }
  }
}
