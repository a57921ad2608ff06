package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.UnaryOperator;

/** The opaque tokens of leases: they follow from (execution, fence) and a secret of the cluster. */
public final class LeaseTokens {
  private final UnaryOperator<String> mac;

  /**
   * @param mac the keyed hash of a text
   */
  public LeaseTokens(UnaryOperator<String> mac) {
    this.mac = mac;
  }

  public String token(ExecutionId execution, long fence) {
    return mac.apply("lease " + execution.entityId() + " " + fence);
  }

  /** Whether the token is that of this lease; in constant time. */
  public boolean valid(String token, ExecutionId execution, long fence) {
    return MessageDigest.isEqual(
        token.getBytes(StandardCharsets.UTF_8),
        token(execution, fence).getBytes(StandardCharsets.UTF_8));
  }
}
