package dev.pawl.api.name;

import dev.pawl.engine.operation.OperationId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An operation as a caller names it.
 *
 * @param id the operation's id, or the beginning or end of it
 */
public record OperationName(String project, String id) {
  private static final Pattern CROCKFORD = Pattern.compile("[0-9a-hjkmnp-tv-z]{1,26}");

  public OperationName {
    id = id.toLowerCase(Locale.ROOT);
  }

  /** The operation's id when it was given whole. */
  public Optional<OperationId> exact() {
    return id.length() == 26 && possible() ? Optional.of(new OperationId(id)) : Optional.empty();
  }

  /** Whether any id could begin or end so. */
  public boolean possible() {
    return CROCKFORD.matcher(id).matches();
  }
}
