package dev.pawl.api.run;

import dev.pawl.api.call.Commands;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.run.RunId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Derives the ids of runs and operations that callers start. */
public final class RunIds {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int TIME_BYTES = 6;
  private static final Pattern UUID_V7 =
      Pattern.compile(
          "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}");

  private RunIds() {}

  /** The id of the operation that a request starts, made as a run's is. */
  public static OperationId deriveOperation(String project, String requestId) {
    return new OperationId(derive(project, requestId).value());
  }

  /**
   * The id of the run that a request starts, from its project and request id alone: a repeated
   * request finds the run of the first. A UUID of version 7 lends its time, so that newer runs sort
   * behind older ones.
   */
  static RunId derive(String project, String requestId) {
    MessageDigest digest = Commands.sha256();
    digest.update(project.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(requestId.getBytes(StandardCharsets.UTF_8));
    byte[] bits = Arrays.copyOf(digest.digest(), 16);
    if (UUID_V7.matcher(requestId).matches()) {
      long millis = Long.parseLong(requestId.substring(0, 8) + requestId.substring(9, 13), 16);
      byte[] time = ByteBuffer.allocate(Long.BYTES).putLong(millis).array();
      byte[] rest = bits;
      bits = new byte[16];
      System.arraycopy(time, Long.BYTES - TIME_BYTES, bits, 0, TIME_BYTES);
      System.arraycopy(rest, 0, bits, TIME_BYTES, bits.length - TIME_BYTES);
    }
    return new RunId(encode(bits));
  }

  /** 128 bits as 26 characters of lower-case Crockford base32, the first of them 0 to 7. */
  private static String encode(byte[] bits) {
    BigInteger number = new BigInteger(1, bits);
    char[] text = new char[RunId.LENGTH];
    for (int i = RunId.LENGTH - 1; i >= 0; i--) {
      text[i] = ALPHABET.charAt(number.intValue() & 31);
      number = number.shiftRight(5);
    }
    return new String(text);
  }
}
