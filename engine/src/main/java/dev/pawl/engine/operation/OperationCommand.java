package dev.pawl.engine.operation;

import java.util.List;

/** What an operation can be told, by callers and by what works for it. */
public sealed interface OperationCommand {

  /** Begin. */
  record Start(String project, OperationWork work) implements OperationCommand {}

  /** Begin no further item; a running export is given up. */
  record Cancel() implements OperationCommand {}

  /** Items were answered; those that were answered before are passed over. */
  record Advance(List<ItemResult> results) implements OperationCommand {
    public Advance {
      results = List.copyOf(results);
    }
  }

  /** Write the file, from its first row. */
  record BeginExport() implements OperationCommand {}

  /** The file of this attempt is stored. */
  record FinishExport(OperationFile file) implements OperationCommand {}

  /** The file of this attempt cannot be made, and a repetition would not help. */
  record FailExport(int attempt, String reason, String message) implements OperationCommand {}
}
