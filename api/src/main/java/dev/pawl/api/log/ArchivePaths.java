package dev.pawl.api.log;

import dev.pawl.engine.log.LogSection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the sections of one step are in an archive: a directory for the step, a file for each.
 *
 * <p>The paths are good on every file system, and no two are the same: no name of a task has a
 * {@code ~}. An undo that was tried several times has several sections of one name; the later ones
 * carry their fence, so that the paths stay the same while the log grows.
 */
final class ArchivePaths {
  /** The file that tells what the archive holds. */
  static final String MANIFEST = "manifest.json";

  private static final Pattern RESERVED =
      Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])((?:\\..*)?)", Pattern.CASE_INSENSITIVE);

  private final String directory;
  private final Set<String> given = new HashSet<>();

  ArchivePaths(String step) {
    this.directory = safe(step);
  }

  String of(LogSection section) {
    int index = section.key().execution().index();
    String name =
        "%sround-%d-attempt-%d-%s"
            .formatted(
                index == 0 ? "" : "execution-" + index + "-",
                section.round(),
                section.attempt(),
                section.operation().name().toLowerCase(Locale.ROOT));
    return directory
        + "/"
        + (given.add(name) ? name : name + "-fence-" + section.key().fence())
        + ".log";
  }

  /** The name of a step as that of a file or a directory. */
  static String safe(String step) {
    var reserved = RESERVED.matcher(step);
    if (reserved.matches()) {
      return reserved.group(1) + "~" + reserved.group(2);
    }
    return step.endsWith(".") || step.equals(MANIFEST) ? step + "~" : step;
  }
}
