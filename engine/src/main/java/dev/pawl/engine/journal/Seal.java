package dev.pawl.engine.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what callers carry for us: they can hand it back, but neither make nor change it.
 *
 * <p>The keys are in the database, so that any node opens what another sealed; the newest seals.
 */
public final class Seal {
  private static final byte VERSION = 1;
  private static final int HEAD = 1 + Integer.BYTES;
  private static final int MAC = 16;
  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] TOKENS = {'t'};
  private static final byte[] TEXTS = {'m'};

  private final NavigableMap<Integer, SecretKeySpec> keys;

  private Seal(Map<Integer, byte[]> secrets) {
    this.keys = new TreeMap<>();
    secrets.forEach((id, secret) -> keys.put(id, new SecretKeySpec(secret, ALGORITHM)));
  }

  /** The database's keys; makes the first one when there is none. */
  public static Seal of(Database database) {
    byte[] fresh = new byte[32];
    new SecureRandom().nextBytes(fresh);
    return database
        .views()
        .inTransaction(
            handle -> {
              handle
                  .createUpdate(
                      "INSERT INTO signing_key (id, secret)"
                          + " SELECT 1, :secret WHERE NOT EXISTS (SELECT FROM signing_key)"
                          + " ON CONFLICT DO NOTHING")
                  .bind("secret", fresh)
                  .execute();
              Map<Integer, byte[]> secrets = new TreeMap<>();
              handle
                  .createQuery("SELECT id, secret FROM signing_key")
                  .map((row, context) -> Map.entry(row.getInt(1), row.getBytes(2)))
                  .forEach(key -> secrets.put(key.getKey(), key.getValue()));
              return new Seal(secrets);
            });
  }

  /** A token that {@link #open} gives these bytes for; they can be read by its holder. */
  public String seal(byte[] payload) {
    ByteBuffer token = ByteBuffer.allocate(HEAD + payload.length + MAC);
    token.put(VERSION).putInt(keys.lastKey()).put(payload);
    byte[] signed = Arrays.copyOf(token.array(), HEAD + payload.length);
    token.put(sign(keys.lastEntry().getValue(), TOKENS, signed), 0, MAC);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
  }

  /** The bytes of a token; empty when we did not seal it so. */
  public Optional<byte[]> open(String token) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length < HEAD + MAC || bytes[0] != VERSION) {
      return Optional.empty();
    }
    SecretKeySpec key = keys.get(ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt());
    if (key == null) {
      return Optional.empty();
    }
    int end = bytes.length - MAC;
    byte[] expected = Arrays.copyOf(sign(key, TOKENS, Arrays.copyOf(bytes, end)), MAC);
    return MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, end, bytes.length))
        ? Optional.of(Arrays.copyOfRange(bytes, HEAD, end))
        : Optional.empty();
  }

  /** The same text's code on every node, which nobody else can make: for lease tokens. */
  public String mac(String text) {
    byte[] code = sign(keys.lastEntry().getValue(), TEXTS, text.getBytes(StandardCharsets.UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(code, MAC));
  }

  private static byte[] sign(SecretKeySpec key, byte[] purpose, byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(purpose);
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
