package dev.pawl.engine.journal;

import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.run.RunId;

/** What the journal calls an entity: its kind, a bar, its entity id. */
public final class PersistenceIds {
  private static final String RUN = "run|";
  private static final String EXECUTION = "execution|";
  private static final String WORKFLOW = "workflow|";
  private static final String TASK = "task|";
  private static final String OPERATION = "operation|";
  private static final String LOCK = "lock|";

  private PersistenceIds() {}

  public static String of(RunId id) {
    return RUN + id.value();
  }

  public static String of(ExecutionId id) {
    return EXECUTION + id.entityId();
  }

  public static String of(DefinitionId id) {
    return switch (id.kind()) {
      case WORKFLOW -> WORKFLOW + id.entityId();
      case TASK -> TASK + id.entityId();
    };
  }

  public static String of(OperationId id) {
    return OPERATION + id.value();
  }

  public static OperationId operation(String persistenceId) {
    return new OperationId(behind(OPERATION, persistenceId));
  }

  public static boolean isOperation(String persistenceId) {
    return persistenceId.startsWith(OPERATION);
  }

  public static String of(LockId id) {
    return LOCK + id.entityId();
  }

  public static LockId lock(String persistenceId) {
    return LockId.of(behind(LOCK, persistenceId));
  }

  public static boolean isLock(String persistenceId) {
    return persistenceId.startsWith(LOCK);
  }

  public static RunId run(String persistenceId) {
    return new RunId(behind(RUN, persistenceId));
  }

  public static boolean isRun(String persistenceId) {
    return persistenceId.startsWith(RUN);
  }

  public static ExecutionId execution(String persistenceId) {
    return ExecutionId.of(behind(EXECUTION, persistenceId));
  }

  public static boolean isExecution(String persistenceId) {
    return persistenceId.startsWith(EXECUTION);
  }

  public static DefinitionId definition(String persistenceId) {
    return persistenceId.startsWith(WORKFLOW)
        ? DefinitionId.of(DefinitionKind.WORKFLOW, behind(WORKFLOW, persistenceId))
        : DefinitionId.of(DefinitionKind.TASK, behind(TASK, persistenceId));
  }

  private static String behind(String kind, String persistenceId) {
    if (!persistenceId.startsWith(kind)) {
      throw new IllegalArgumentException(
          "expected a persistence id that begins with '%s', but it is '%s'"
              .formatted(kind, persistenceId));
    }
    return persistenceId.substring(kind.length());
  }
}
