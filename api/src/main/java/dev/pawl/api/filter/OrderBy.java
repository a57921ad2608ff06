package dev.pawl.api.filter;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a list is ordered by, as it was written: {@code end_time desc, name}. */
public record OrderBy(List<Key> keys) {
  private static final int LONGEST = 256;

  public OrderBy {
    keys = List.copyOf(keys);
  }

  public record Key(String field, boolean descending) {}

  /** Reads {@code order_by}; of no keys when it is empty. */
  public static OrderBy parse(String text, List<String> known) {
    if (text.length() > LONGEST) {
      throw refuse("has %,d characters; at most %d".formatted(text.length(), LONGEST));
    }
    if (text.isBlank()) {
      return new OrderBy(List.of());
    }
    List<Key> keys = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      keys.add(key(part.strip(), known));
    }
    if (keys.stream().map(Key::field).distinct().count() < keys.size()) {
      throw refuse("names a field twice");
    }
    return new OrderBy(keys);
  }

  private static Key key(String part, List<String> known) {
    String[] words = part.split("\\s+", -1);
    String field = words[0];
    if (!known.contains(field)) {
      throw refuse(
          "expected a field (%s), found %s%s"
              .formatted(
                  String.join(", ", known),
                  FilterErrors.found(field),
                  FilterErrors.meant(field, known)));
    }
    String direction = words.length == 1 ? "asc" : words[1].toLowerCase(Locale.ROOT);
    if (words.length > 2 || !List.of("asc", "desc").contains(direction)) {
      throw refuse(
          "expected asc, desc or a comma behind %s, found %s"
              .formatted(field, ResourceNames.quote(part.substring(field.length()).strip())));
    }
    return new Key(field, direction.equals("desc"));
  }

  private static RuntimeException refuse(String message) {
    return ApiErrors.invalidField("orderBy", message);
  }
}
