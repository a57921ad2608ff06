package dev.pawl.api.page;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Commands;
import dev.pawl.v1.ErrorReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Places that callers carry for us: in a list, in the feed, in a log. Opaque, versioned, signed,
 * and good only for the request that they were made for.
 */
public final class SealedTokens {
  private static final byte VERSION = 1;
  private static final int SCOPE_BYTES = 12;
  private static final int HEAD = 2 + SCOPE_BYTES;
  private static final int LONGEST = 64 * 1024;

  private final Function<byte[], String> seal;
  private final Function<String, Optional<byte[]>> open;

  /**
   * Tokens under a seal.
   *
   * @param seal signs bytes
   * @param open gives the bytes of what was sealed, and nothing for anything else
   */
  public SealedTokens(Function<byte[], String> seal, Function<String, Optional<byte[]>> open) {
    this.seal = seal;
    this.open = open;
  }

  /** What a token is a place in. */
  public enum Purpose {
    PAGE('p', "pageToken"),
    WATCH('w', "cursor"),
    LOG('l', "cursor");

    private final byte mark;
    private final String field;

    Purpose(char mark, String field) {
      this.mark = (byte) mark;
      this.field = field;
    }
  }

  /** The request that a token is made for: everything in it that decides what is shown. */
  public static final class Scope {
    private final byte[] hash;

    private Scope(byte[] hash) {
      this.hash = hash;
    }

    public static Scope of(byte[]... parts) {
      MessageDigest digest = Commands.sha256();
      for (byte[] part : parts) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
      }
      return new Scope(Arrays.copyOf(digest.digest(), SCOPE_BYTES));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Scope that && Arrays.equals(hash, that.hash);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(hash);
    }

    public static Scope of(String... parts) {
      return of(
          Arrays.stream(parts)
              .map(part -> part.getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new));
    }
  }

  public String write(Purpose purpose, Scope scope, byte[] place) {
    return seal.apply(
        ByteBuffer.allocate(HEAD + place.length)
            .put(VERSION)
            .put(purpose.mark)
            .put(scope.hash)
            .put(place)
            .array());
  }

  /** The place in a token; refuses one that is not ours, or of another request. */
  public byte[] read(Purpose purpose, Scope scope, String token) {
    byte[] bytes =
        token.length() > LONGEST ? new byte[0] : open.apply(token).orElseGet(() -> new byte[0]);
    if (bytes.length < HEAD || bytes[0] != VERSION || bytes[1] != purpose.mark) {
      throw damaged(purpose);
    }
    if (!Arrays.equals(scope.hash, Arrays.copyOfRange(bytes, 2, HEAD))) {
      throw ApiErrors.of(
          ErrorReason.ERROR_REASON_CURSOR_FILTER_MISMATCH,
          purpose.field
              + " was made for another request: repeat everything else of the request that it came"
              + " from, or begin again without it");
    }
    return Arrays.copyOfRange(bytes, HEAD, bytes.length);
  }

  /** A token that is not one of ours. */
  public static RuntimeException damaged(Purpose purpose) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_INVALID_CURSOR,
        purpose.field
            + " is not one that this cluster gave, or it is damaged: begin again without it");
  }
}
