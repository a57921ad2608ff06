package dev.pawl.api.server;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.TaskServiceGrpc;
import dev.pawl.v1.WorkflowServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Every rpc of the contract that changes something, known by its request's id.
 *
 * @param prototype of its request
 */
record Mutations(MethodDescriptor<Message, Message> method, Message prototype) {

  static List<Mutations> all() {
    List<Mutations> all = new ArrayList<>();
    for (ServiceDescriptor service :
        List.of(
            RunServiceGrpc.getServiceDescriptor(),
            WorkflowServiceGrpc.getServiceDescriptor(),
            TaskServiceGrpc.getServiceDescriptor())) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        if (method.getRequestMarshaller() instanceof PrototypeMarshaller<?> marshaller
            && marshaller.getMessagePrototype() instanceof Message prototype
            && field(prototype, "request_id") != null) {
          // All of ours speak in messages.
          @SuppressWarnings("unchecked")
          MethodDescriptor<Message, Message> ours = (MethodDescriptor<Message, Message>) method;
          all.add(new Mutations(ours, prototype));
        }
      }
    }
    return all;
  }

  /** The one of this name, such as {@code PauseRun}. */
  static Mutations named(String rpc) {
    return all().stream()
        .filter(mutation -> rpc.equals(mutation.method().getBareMethodName()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no rpc " + rpc));
  }

  private static FieldDescriptor field(Message message, String name) {
    return message.getDescriptorForType().findFieldByName(name);
  }

  /** Sends it, about something that is not there. */
  Message send(Channel channel, String project) {
    Message.Builder request = prototype.newBuilderForType();
    String rpc = Objects.requireNonNull(method.getBareMethodName());
    String suffix =
        rpc.endsWith("TaskRun")
            ? "/taskRuns/load"
            : rpc.endsWith("Execution") ? "/taskRuns/load/executions/0" : "";
    set(request, "name", project + "/runs/00000000000000000000000000" + suffix);
    set(request, "definition", project + "/workflows/nothing");
    set(request, "parent", project);
    return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request.build());
  }

  /** Sends it, meant, about an entity; the answer is the run that it is or belongs to. */
  Run command(Channel channel, String name) {
    Message.Builder request = prototype.newBuilderForType();
    set(request, "name", name);
    set(request, "request_id", UUID.randomUUID().toString());
    set(request, "confirm", true);
    Message response =
        ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request.build());
    return (Run) response.getField(field(response, "run"));
  }

  private void set(Message.Builder request, String name, Object value) {
    FieldDescriptor field = field(prototype, name);
    if (field != null) {
      request.setField(field, value);
    }
  }

  @Override
  public String toString() {
    return method.getFullMethodName();
  }
}
