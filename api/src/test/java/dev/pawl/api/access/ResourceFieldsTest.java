package dev.pawl.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.pawl.api.fake.Gateway;
import dev.pawl.v1.RunObject;
import dev.pawl.v1.StopRunRequest;
import io.grpc.BindableService;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResourceFieldsTest {

  private static List<Descriptor> requests() {
    List<Descriptor> requests = new ArrayList<>();
    try (Gateway gateway = new Gateway()) {
      for (BindableService service :
          gateway.services(Duration.ofSeconds(1), Duration.ofSeconds(1))) {
        var contract =
            assertInstanceOf(
                ProtoServiceDescriptorSupplier.class,
                service.bindService().getServiceDescriptor().getSchemaDescriptor());
        for (MethodDescriptor method : contract.getServiceDescriptor().getMethods()) {
          requests.add(method.getInputType());
        }
      }
    }
    return requests;
  }

  /** Whoever adds a text field to a request decides here what it is. */
  @Test
  void of_every_text_field_of_every_request_it_is_known_whether_it_names_a_resource() {
    List<Descriptor> requests = requests();
    assertThat(requests).hasSizeGreaterThan(50);
    Set<String> names = new HashSet<>();
    for (Descriptor request : requests) {
      assertThatCode(() -> ResourceFields.requireKnown(request)).doesNotThrowAnyException();
      for (FieldDescriptor field : request.getFields()) {
        if (ResourceFields.names(field)) {
          names.add(field.getName());
        }
      }
    }
    assertThat(names)
        .containsExactlyInAnyOrder(
            "name", "parent", "definition", "execution", "runs", "holder", "entity");
  }

  @Test
  void a_request_that_commands_something_names_it() {
    assertThat(requests())
        .filteredOn(request -> request.findFieldByName("request_id") != null)
        .hasSizeGreaterThan(20)
        .allSatisfy(request -> assertThat(request.getFields()).anyMatch(ResourceFields::names));
  }

  @Test
  void a_field_that_is_in_neither_class_is_not_served() {
    // It is part of requests, and no request by itself: its `kind` and `id` are in no class.
    assertThatThrownBy(() -> ResourceFields.requireKnown(RunObject.getDescriptor()))
        .isInstanceOf(UndeclaredPermission.class)
        .hasMessageContaining("pawl.v1.RunObject.")
        .hasMessageContaining("ResourceFields");
  }

  @Test
  void what_people_write_as_they_like_names_no_resource() {
    Descriptor stop = StopRunRequest.getDescriptor();
    assertThat(stop.getFields())
        .filteredOn(field -> field.getJavaType() == JavaType.STRING)
        .filteredOn(ResourceFields::names)
        .extracting(FieldDescriptor::getName)
        .containsExactly("name");
  }
}
