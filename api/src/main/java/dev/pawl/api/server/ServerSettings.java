package dev.pawl.api.server;

import dev.pawl.engine.EngineSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a server runs.
 *
 * @param address where it listens
 * @param port 0 takes a free one
 * @param insecureNetwork whether others than this machine may connect, though there is no TLS
 * @param tokens the file with the hashes of the tokens that callers must have; empty: everybody may
 *     do everything
 * @param metrics where Prometheus and health checks find the node, over HTTP; empty for nowhere
 * @param mode what GetServer says: dev or server
 * @param version what GetServer says
 */
public record ServerSettings(
    EngineSettings engine,
    InetAddress address,
    int port,
    boolean insecureNetwork,
    Optional<Path> tokens,
    Optional<InetSocketAddress> metrics,
    String mode,
    String version) {}
