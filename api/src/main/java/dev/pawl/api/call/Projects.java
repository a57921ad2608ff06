package dev.pawl.api.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The projects that a request is about: those of all resource names in it. Requests hold these in
 * fields of their own, never in messages within: what lies deeper (the filter of a watch) is read
 * within the project of {@code parent}.
 */
final class Projects {
  private static final String PREFIX = "projects/";

  private Projects() {}

  static Set<String> of(Message request) {
    Set<String> projects = new HashSet<>();
    for (Map.Entry<FieldDescriptor, Object> field : request.getAllFields().entrySet()) {
      if (field.getKey().getJavaType() == FieldDescriptor.JavaType.STRING) {
        if (field.getValue() instanceof List<?> several) {
          several.forEach(each -> add(projects, each));
        } else {
          add(projects, field.getValue());
        }
      }
    }
    return projects;
  }

  private static void add(Set<String> projects, Object value) {
    if (value instanceof String name && name.startsWith(PREFIX)) {
      projects.add(ofName(name));
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
