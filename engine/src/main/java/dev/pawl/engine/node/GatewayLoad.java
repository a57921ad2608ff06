package dev.pawl.engine.node;

/**
 * What a node's gateway adds to its report.
 *
 * @param address host:port that services, workers and the command line connect to
 * @param watches open streams of this kind, as the following ones
 */
public record GatewayLoad(
    String address, String version, int watches, int logTails, int workers, int logPushes) {}
