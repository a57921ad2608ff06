package dev.pawl.engine.operation;

import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** Writes the files of exports. */
@FunctionalInterface
public interface Exporter {

  /**
   * Writes a file from its first row. The stage fails with {@link ExportFailed} when that cannot
   * be; after any other failure it may be tried again, as another attempt.
   *
   * @param attempt that no other writer has
   * @param wanted asked now and then; a file that nobody wants any more is not finished
   */
  CompletionStage<OperationFile> export(
      OperationId id,
      int attempt,
      String project,
      OperationWork.Export work,
      BooleanSupplier wanted);
}
