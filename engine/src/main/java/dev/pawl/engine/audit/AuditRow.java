package dev.pawl.engine.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One command as it is recorded. What callers wrote is cut to what a row takes.
 *
 * @param project the bare name; empty when the request named none
 * @param entity the resource name of the run or definition
 * @param key tells the commands on one entity apart; see {@link #acceptedKey}
 * @param command the rpc
 * @param step the task that it was about; empty for the whole entity
 * @param before the state before, or the one that refused it
 * @param after the state after; empty when it was refused
 * @param refusal the error's reason; empty when it was accepted
 * @param message the error's message
 */
public record AuditRow(
    String project,
    String entity,
    String key,
    Instant at,
    String principal,
    String command,
    String step,
    String requestId,
    String reason,
    String before,
    String after,
    AuditOutcome outcome,
    String refusal,
    String message) {
  private static final int NAME = 512;
  private static final int TEXT = 1_024;

  public AuditRow {
    project = cut(project, NAME);
    entity = cut(entity, NAME);
    key = cut(key, NAME);
    principal = cut(principal, NAME);
    command = cut(command, NAME);
    step = cut(step, NAME);
    requestId = cut(requestId, NAME);
    reason = cut(reason, TEXT);
    message = cut(message, TEXT);
  }

  /**
   * The key of a command that was accepted: the same for all its facts, however often they are
   * read. An entity forgets a request id after a while, and takes another command under it then;
   * all facts of one command were decided at one time.
   */
  public static String acceptedKey(String requestId, Instant decided) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, decided) + " " + requestId;
  }

  /** PostgreSQL takes no NUL in a text. */
  private static String cut(String text, int most) {
    String plain = text.replace('\0', '\uFFFD');
    if (plain.length() <= most) {
      return plain;
    }
    int end = Character.isHighSurrogate(plain.charAt(most - 1)) ? most - 1 : most;
    return plain.substring(0, end);
  }

  /** The same command, when a later fact of it is known. */
  AuditRow then(AuditRow later) {
    return new AuditRow(
        project,
        entity,
        key,
        at,
        principal,
        command,
        step,
        requestId,
        reason,
        before,
        later.after(),
        outcome,
        refusal,
        message);
  }
}
