package dev.pawl.dev;

import java.util.List;

/**
 * Loads the classes that a server needs first while PostgreSQL starts, since both take about as
 * long. What is missing here is loaded a little later, no more.
 */
final class Preloading {
  private static final List<String> CLASSES =
      List.of(
          "org.apache.pekko.actor.typed.ActorSystem",
          "org.apache.pekko.actor.ActorSystemImpl",
          "org.apache.pekko.cluster.Cluster",
          "org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding",
          "org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior",
          "org.apache.pekko.stream.javadsl.Source",
          "com.zaxxer.hikari.HikariDataSource",
          "org.flywaydb.core.Flyway",
          "io.grpc.netty.NettyServerBuilder");

  private Preloading() {}

  static void run() {
    ClassLoader loader = Preloading.class.getClassLoader();
    for (String name : CLASSES) {
      try {
        Class.forName(name, true, loader);
      } catch (ClassNotFoundException e) {
        // Another version of a library names it differently: nothing is lost but time.
        continue;
      }
    }
    com.typesafe.config.ConfigFactory.load(loader);
  }
}
