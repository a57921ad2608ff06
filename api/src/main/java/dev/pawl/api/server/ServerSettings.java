package dev.pawl.api.server;

import dev.pawl.engine.EngineSettings;
import java.net.InetAddress;

/**
 * How a server runs.
 *
 * @param address where it listens
 * @param port 0 takes a free one
 * @param insecureNetwork whether others than this machine may connect, though there is neither
 *     authentication nor TLS
 * @param mode what GetServer says: dev or server
 * @param version what GetServer says
 */
public record ServerSettings(
    EngineSettings engine,
    InetAddress address,
    int port,
    boolean insecureNetwork,
    String mode,
    String version) {}
