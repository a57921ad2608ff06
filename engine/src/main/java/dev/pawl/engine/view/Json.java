package dev.pawl.engine.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pawl.engine.run.RunObject;
import java.util.List;
import java.util.Map;

/** Labels, objects and lists of texts as they stand in a column. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};
  private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

  private static final TypeReference<List<RunObject>> OBJECTS = new TypeReference<>() {};

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not labels, objects or texts: " + value, e);
    }
  }

  static Map<String, String> labels(String column) {
    return read(column, LABELS);
  }

  static List<String> texts(String column) {
    return read(column, TEXTS);
  }

  static List<RunObject> objects(String column) {
    return read(column, OBJECTS);
  }

  private static <T> T read(String column, TypeReference<T> type) {
    try {
      return MAPPER.readValue(column, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view's column holds something else: " + column, e);
    }
  }
}
