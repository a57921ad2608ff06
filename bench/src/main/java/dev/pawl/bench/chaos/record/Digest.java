package dev.pawl.bench.chaos.record;

import com.google.protobuf.Value;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Short hashes by which observers compare what they saw. */
public final class Digest {
  private static final int BYTES = 10;

  private Digest() {}

  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes), 0, BYTES);
  }

  /** Of named values, in whatever order they are given; empty when there are none. */
  public static String of(Map<String, Value> values) {
    if (values.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    new TreeMap<>(values)
        .forEach(
            (name, value) ->
                text.append(name)
                    .append('=')
                    .append(HexFormat.of().formatHex(value.toByteArray()))
                    .append('\n'));
    return of(text.toString());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
