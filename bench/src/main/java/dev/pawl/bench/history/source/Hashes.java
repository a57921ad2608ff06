package dev.pawl.bench.history.source;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.engine.journal.v1.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Short hashes of what is too long to write down, equal for equal content. */
public final class Hashes {
  private static final int BYTES = 12;

  private Hashes() {}

  /** Of a text. */
  public static String of(String text) {
    return brief(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Of a request without its id, or of any other message. */
  public static String of(MessageLite message) {
    return brief(sha256().digest(bytes(message)));
  }

  /** Of inputs or outputs; the same whether the journal holds them or refers to them. */
  public static String ofValues(Struct values) {
    return ofValues(values.getFieldsMap());
  }

  /** As {@link #ofValues(Struct)}. */
  public static String ofValues(Map<String, Value> values) {
    TreeMap<String, byte[]> hashes = new TreeMap<>();
    values.forEach((name, value) -> hashes.put(name, sha256().digest(bytes(value))));
    return of(hashes);
  }

  static String ofStored(Map<String, Payload> payloads) {
    TreeMap<String, byte[]> hashes = new TreeMap<>();
    payloads.forEach(
        (name, payload) ->
            hashes.put(
                name,
                payload.hasStored()
                    ? payload.getStored().getHash().toByteArray()
                    : sha256().digest(bytes(payload.getValue()))));
    return of(hashes);
  }

  private static String of(TreeMap<String, byte[]> hashes) {
    if (hashes.isEmpty()) {
      return "none";
    }
    MessageDigest all = sha256();
    hashes.forEach(
        (name, hash) -> {
          all.update(name.getBytes(StandardCharsets.UTF_8));
          all.update((byte) 0);
          all.update(hash);
        });
    return brief(all.digest());
  }

  private static byte[] bytes(MessageLite message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String brief(byte[] hash) {
    return HexFormat.of().formatHex(hash, 0, BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
