package dev.pawl.api.worker;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.api.definition.ContractPlanReader;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.v1.Definition;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.TaskSpec;
import java.util.concurrent.CompletionStage;

/** What workers are told to do: the actions of pinned definitions, read once per node. */
final class LeaseSpecs {
  private static final int CACHED_BYTES = 32 * 1024 * 1024;

  private final ContentStore contents;
  private final AsyncCache<String, Definition> definitions =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_BYTES)
          .weigher((String hash, Definition definition) -> definition.getSerializedSize())
          .buildAsync();

  LeaseSpecs(ContentStore contents) {
    this.contents = contents;
  }

  /** Names what one operation of one task of one pinned definition does. */
  static String id(String hash, int task, Operation operation) {
    return hash
        + "/"
        + task
        + switch (operation) {
          case EXECUTE, RETRY -> "";
          case ROLLBACK -> "/rollback";
          case CANCEL -> "/cancel";
        };
  }

  CompletionStage<LeaseSpec> get(String hash, int task, Operation operation) {
    return definitions
        .get(
            hash,
            (key, _) ->
                contents.get(key).thenApply(ContractPlanReader::parse).toCompletableFuture())
        .thenApply(definition -> spec(definition, task, operation));
  }

  private static LeaseSpec spec(Definition definition, int task, Operation operation) {
    TaskSpec spec =
        definition.hasWorkflow() ? definition.getWorkflow().getTasks(task) : definition.getTask();
    LeaseSpec.Builder told =
        LeaseSpec.newBuilder().setTask(spec.getName()).setKeepRunning(spec.getKeepRunning());
    return switch (operation) {
      case EXECUTE, RETRY ->
          told.setAction(spec.getExecute()).addAllOutputs(spec.getOutputsList()).build();
      case ROLLBACK -> told.setAction(spec.getRollback()).build();
      case CANCEL -> told.setAction(spec.getCancel()).build();
    };
  }
}
