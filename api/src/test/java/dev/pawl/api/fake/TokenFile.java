package dev.pawl.api.fake;

import dev.pawl.api.access.Tokens;
import dev.pawl.api.access.TokensUnusable;
import io.grpc.CallCredentials;
import io.grpc.Metadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Executor;

/** A tokens file in which everybody's token is {@code token-of-NAME}. */
public final class TokenFile {
  private TokenFile() {}

  /**
   * One of each role, a manager of the project shop who may look at bank, and a manager and a
   * viewer of what is about the cluster obdemo.
   */
  public static String everyRole() {
    return line("root", "ADMIN")
        + line("mia", "TASK_MANAGER")
        + line("vic", "TASK_VIEWER")
        + line("w1", "WORKER")
        + line("sam", "TASK_MANAGER shop")
        + line("sam", "TASK_VIEWER bank")
        + line("cam", "TASK_MANAGER shop cluster/obdemo")
        + line("cat", "TASK_VIEWER cluster/obdemo");
  }

  /** A line of the file. */
  public static String line(String principal, String rolesAndProjects) {
    return "%s %s %s%n".formatted(principal, hash(token(principal)), rolesAndProjects);
  }

  public static String token(String principal) {
    return "token-of-" + principal;
  }

  public static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The tokens of a file with these lines. */
  public static Tokens of(Path directory, String lines) throws TokensUnusable {
    try {
      return Tokens.read(Files.writeString(directory.resolve("tokens"), lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a caller sends. */
  public static CallCredentials as(String principal) {
    return new Bearer(token(principal));
  }

  /** In-process channels have no address that a {@code BearerToken} could see. */
  private static final class Bearer extends CallCredentials {
    private final String token;

    Bearer(String token) {
      this.token = token;
    }

    @Override
    public void applyRequestMetadata(
        RequestInfo request, Executor executor, MetadataApplier applier) {
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
      applier.apply(headers);
    }
  }
}
