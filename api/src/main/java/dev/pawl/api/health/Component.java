package dev.pawl.api.health;

/** What can be well or not with a node, by the name that gRPC's health service knows it under. */
public enum Component {
  /** Whether the node should get calls. */
  NODE(""),
  /** Whether it has its place in the cluster. */
  CLUSTER("cluster"),
  /** Whether PostgreSQL answers it. */
  DATABASE("database"),
  /** Whether its feed goes on. */
  FEED("feed");

  private final String service;

  Component(String service) {
    this.service = service;
  }

  String service() {
    return service;
  }
}
