package dev.pawl.api.health;

/** Where a node is in its life. */
enum Phase {
  STARTING,
  SERVING,
  LEAVING
}
