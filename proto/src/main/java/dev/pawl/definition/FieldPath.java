package dev.pawl.definition;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a field is; becomes text only when a mistake is found there. */
final class FieldPath {
  static final FieldPath ROOT = new FieldPath(null, "", -1, false);

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final @Nullable FieldPath parent;
  private final String name;
  private final int index;
  private final boolean isKey;

  private FieldPath(@Nullable FieldPath parent, String name, int index, boolean isKey) {
    this.parent = parent;
    this.name = name;
    this.index = index;
    this.isKey = isKey;
  }

  FieldPath field(String field) {
    return new FieldPath(this, field, -1, false);
  }

  FieldPath index(int element) {
    return new FieldPath(this, "", element, false);
  }

  FieldPath key(String key) {
    return new FieldPath(this, key, -1, true);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    appendTo(text);
    return text.toString();
  }

  private void appendTo(StringBuilder text) {
    if (parent == null) {
      return;
    }
    parent.appendTo(text);
    if (index >= 0) {
      text.append('[').append(index).append(']');
    } else if (isKey && !PLAIN.matcher(name).matches()) {
      text.append('[').append(Texts.quote(name)).append(']');
    } else {
      text.append(text.isEmpty() ? "" : ".").append(Texts.shorten(name));
    }
  }
}
