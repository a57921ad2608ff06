package dev.pawl.api.fake;

import dev.pawl.api.page.SealedTokens;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/** A seal that shows damage, without a key. */
public final class FakeSeal {
  private FakeSeal() {}

  public static SealedTokens tokens() {
    return new SealedTokens(FakeSeal::seal, FakeSeal::open);
  }

  private static String seal(byte[] bytes) {
    byte[] sealed = Arrays.copyOf(bytes, bytes.length + 1);
    sealed[bytes.length] = check(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
  }

  private static Optional<byte[]> open(String token) {
    try {
      byte[] sealed = Base64.getUrlDecoder().decode(token);
      if (sealed.length == 0) {
        return Optional.empty();
      }
      byte[] bytes = Arrays.copyOf(sealed, sealed.length - 1);
      return sealed[bytes.length] == check(bytes) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte check(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (byte) crc.getValue();
  }
}
