package dev.pawl.bench.chaos.client;

/** Where one node is reached. */
public record NodeAddress(String node, String hostAndPort) {}
