package dev.pawl.api.worker;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.api.definition.ContractPlanReader;
import dev.pawl.engine.content.ContentStore;
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

  /** Names one task of one pinned definition. */
  static String id(String hash, int task) {
    return hash + "/" + task;
  }

  CompletionStage<LeaseSpec> get(String hash, int task) {
    return definitions
        .get(
            hash,
            (key, _) ->
                contents.get(key).thenApply(ContractPlanReader::parse).toCompletableFuture())
        .thenApply(definition -> spec(definition, task));
  }

  private static LeaseSpec spec(Definition definition, int task) {
    TaskSpec spec =
        definition.hasWorkflow() ? definition.getWorkflow().getTasks(task) : definition.getTask();
    return LeaseSpec.newBuilder()
        .setTask(spec.getName())
        .setAction(spec.getExecute())
        .addAllOutputs(spec.getOutputsList())
        .setKeepRunning(spec.getKeepRunning())
        .build();
  }
}
