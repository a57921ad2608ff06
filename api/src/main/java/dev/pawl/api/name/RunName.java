package dev.pawl.api.name;

import dev.pawl.engine.run.RunId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A run as a caller names it.
 *
 * @param id the run's id, or the beginning or end of it
 */
public record RunName(String project, String id) {
  private static final Pattern CROCKFORD = Pattern.compile("[0-9a-hjkmnp-tv-z]{1,26}");

  public RunName {
    id = id.toLowerCase(Locale.ROOT);
  }

  /** The run's id when it was given whole. */
  public Optional<RunId> exact() {
    return id.length() == 26 && possible() ? Optional.of(new RunId(id)) : Optional.empty();
  }

  /** Whether any id could begin or end so. */
  public boolean possible() {
    return CROCKFORD.matcher(id).matches();
  }
}
