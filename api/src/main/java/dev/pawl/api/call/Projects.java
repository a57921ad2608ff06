package dev.pawl.api.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.pawl.api.access.ResourceFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The projects that a request is about: those of all resource names in it. Requests hold these in
 * {@link ResourceFields} of their own, never in messages within: what lies deeper (the filter of a
 * watch) is read within the project of {@code parent}.
 */
final class Projects {
  private static final String PREFIX = "projects/";
  private static final String RUNS = "/runs/";

  private Projects() {}

  static Set<String> of(Message request) {
    return names(request).stream().map(Projects::ofName).collect(Collectors.toSet());
  }

  /** The names in a request of runs, and of what belongs to runs. */
  static List<String> runsOf(Message request) {
    return names(request).stream().filter(name -> name.contains(RUNS)).toList();
  }

  private static List<String> names(Message request) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<FieldDescriptor, Object> field : request.getAllFields().entrySet()) {
      if (ResourceFields.names(field.getKey())) {
        if (field.getValue() instanceof List<?> several) {
          several.forEach(each -> add(names, each));
        } else {
          add(names, field.getValue());
        }
      }
    }
    return names;
  }

  private static void add(List<String> names, Object value) {
    if (value instanceof String name && name.startsWith(PREFIX)) {
      names.add(name);
    }
  }

  /** The project of a resource name; empty of anything else. */
  static String ofName(String name) {
    if (!name.startsWith(PREFIX)) {
      return "";
    }
    int end = name.indexOf('/', PREFIX.length());
    return name.substring(PREFIX.length(), end < 0 ? name.length() : end);
  }
}
