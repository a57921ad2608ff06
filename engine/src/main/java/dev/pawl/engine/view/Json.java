package dev.pawl.engine.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/** Labels and owners as they stand in a column. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};
  private static final TypeReference<List<String>> OWNERS = new TypeReference<>() {};

  private Json() {}

  static String write(Object labelsOrOwners) {
    try {
      return MAPPER.writeValueAsString(labelsOrOwners);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not labels or owners: " + labelsOrOwners, e);
    }
  }

  static Map<String, String> labels(String column) {
    return read(column, LABELS);
  }

  static List<String> owners(String column) {
    return read(column, OWNERS);
  }

  private static <T> T read(String column, TypeReference<T> type) {
    try {
      return MAPPER.readValue(column, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view's column holds something else: " + column, e);
    }
  }
}
