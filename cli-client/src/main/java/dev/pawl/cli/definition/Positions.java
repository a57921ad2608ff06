package dev.pawl.cli.definition;

import java.util.HashMap;
import java.util.Map;

/** Where each field of a definition was read, by its path in JSON names. */
final class Positions {
  private final Map<String, Position> byPath = new HashMap<>();

  void put(String path, Position position) {
    byPath.put(path, position);
  }

  /** The place of a field; of one that the file does not have, that of the nearest around it. */
  Position of(String path) {
    String known = path;
    while (true) {
      Position position = byPath.get(known);
      if (position != null) {
        return position;
      }
      if (known.isEmpty()) {
        return Position.START;
      }
      known = parent(known);
    }
  }

  /** The path without its last field, element or key. */
  static String parent(String path) {
    if (path.endsWith("]")) {
      return path.substring(0, Math.max(0, path.lastIndexOf('[')));
    }
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }
}
