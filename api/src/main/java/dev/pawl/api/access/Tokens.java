package dev.pawl.api.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a file, which holds their hashes only. It is looked at every second while calls
 * come, and read again when it is another one; one that cannot be used leaves those from before in
 * force.
 */
public final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final long LOOK = Duration.ofSeconds(1).toNanos();

  private final Path file;
  private final AtomicLong looked = new AtomicLong(System.nanoTime());
  private volatile Loaded loaded;

  /** A token's hash, and whom it stands for. */
  @SuppressWarnings("ArrayRecordComponent") // Only ever compared in constant time.
  record Known(byte[] hash, Identity identity) {}

  /** What tells one version of a file from another. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {}

  private record Loaded(Stamp stamp, List<Known> known) {
    Loaded {
      known = List.copyOf(known);
    }
  }

  private Tokens(Path file, Loaded loaded) {
    this.file = file;
    this.loaded = loaded;
  }

  /** Reads the file. */
  public static Tokens read(Path file) throws TokensUnusable {
    return new Tokens(file, load(file));
  }

  private static Loaded load(Path file) throws TokensUnusable {
    try {
      // Before it is read: what is written meanwhile shows as another version.
      Stamp stamp = stamp(file);
      return new Loaded(
          stamp, TokenLines.read(file, Files.readAllLines(file, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new TokensUnusable("the tokens file %s cannot be read: %s".formatted(file, e), e);
    }
  }

  private static Stamp stamp(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
  }

  /** Whom a token stands for; empty when nobody has it. */
  public Optional<Identity> identify(String token) {
    refresh();
    byte[] hash = sha256(token);
    Optional<Identity> found = Optional.empty();
    // Every one is compared, and whole: the time tells nothing of how near somebody was.
    for (Known known : loaded.known()) {
      if (MessageDigest.isEqual(known.hash(), hash)) {
        found = Optional.of(known.identity());
      }
    }
    return found;
  }

  private void refresh() {
    long last = looked.get();
    long now = System.nanoTime();
    if (now - last < LOOK || !looked.compareAndSet(last, now)) {
      return;
    }
    Stamp before = loaded.stamp();
    try {
      if (Objects.equals(stamp(file), before)) {
        return;
      }
      loaded = load(file);
      LOG.info("read {} tokens anew from {}", loaded.known().size(), file);
    } catch (IOException | TokensUnusable e) {
      LOG.error("the tokens from before stay in force: {}", e.getMessage());
    }
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
