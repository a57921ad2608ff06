package dev.pawl.api.access;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.util.Set;

/**
 * Which fields of requests hold names of resources, and so say in which projects a call needs
 * permission. What people write as they like says nothing of the kind, whatever it looks like.
 *
 * <p>Every text field of a request is one or the other: a service with one that nobody has put into
 * either class is not served.
 */
public final class ResourceFields {
  /** Full names of resources. */
  private static final Set<String> NAMES =
      Set.of("name", "parent", "definition", "execution", "runs", "holder", "entity");

  /** Everything else. */
  private static final Set<String> TEXTS =
      Set.of(
          "columns",
          "command",
          "cursor",
          "filter",
          "group",
          "initiator",
          "key",
          "order_by",
          "page_token",
          "principal",
          "reason",
          "request_id",
          "scope",
          "text",
          "token",
          "worker_id");

  private ResourceFields() {}

  /** Whether a request's field holds names of resources. */
  public static boolean names(FieldDescriptor field) {
    return field.getJavaType() == JavaType.STRING && NAMES.contains(field.getName());
  }

  /**
   * Sees that it is known of every text field of a request what it holds.
   *
   * @throws UndeclaredPermission when it is not
   */
  static void requireKnown(Descriptor request) {
    for (FieldDescriptor field : request.getFields()) {
      if (field.getJavaType() == JavaType.STRING
          && !NAMES.contains(field.getName())
          && !TEXTS.contains(field.getName())) {
        throw new UndeclaredPermission(
            "nobody knows whether %s names a resource, and so in which project its call needs permission: add it to the names or to the texts of ResourceFields"
                .formatted(field.getFullName()));
      }
    }
  }
}
