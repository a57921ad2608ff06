package dev.pawl.engine.node;

/**
 * What a node holds in memory of one kind of entities.
 *
 * @param shards that hold this kind; executions live in those of their runs
 */
public record EntityLoad(int shards, int entities) {}
