package dev.pawl.engine.operation;

import java.time.Instant;

/**
 * The file that an export made.
 *
 * @param attempt of the operation that wrote it: its chunks are stored under this number
 * @param chunks that it is stored in, numbered from 0
 * @param size in bytes
 * @param hash SHA-256 of its bytes in hexadecimal
 * @param expiresAt when it may be deleted
 */
public record OperationFile(
    String name,
    String contentType,
    int attempt,
    int chunks,
    long size,
    long rows,
    String hash,
    Instant expiresAt) {}
