package dev.pawl.api.object;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.engine.access.ObjectName;

/** Reads the names of things that runs are about. */
public final class ObjectNames {
  private static final int CHARS = 256;

  private ObjectNames() {}

  /**
   * Refuses with INVALID_FIELD what is no such name.
   *
   * @param path of the message that holds them
   */
  public static ObjectName read(String path, String kind, String name) {
    ResourceNames.name(path + ".kind", kind);
    if (name.isEmpty()) {
      throw ApiErrors.invalidField(path + ".name", "is empty; say what it is called");
    }
    checkText(path + ".name", name);
    return new ObjectName(kind, name);
  }

  /** Refuses with INVALID_FIELD a text that is too long, or not plain. */
  public static void checkText(String path, String text) {
    if (text.length() > CHARS) {
      throw ApiErrors.invalidField(
          path, "has %,d characters; at most %d".formatted(text.length(), CHARS));
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw ApiErrors.invalidField(path, "holds a control character; use plain text");
    }
  }
}
