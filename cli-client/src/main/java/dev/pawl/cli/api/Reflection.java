package dev.pawl.cli.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.connection.Connection;
import dev.pawl.cli.definition.Nearest;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks a server for its contract, by gRPC server reflection v1. */
final class Reflection implements AutoCloseable {
  private final BlockingClientCall<ServerReflectionRequest, ServerReflectionResponse> call;
  private final Map<String, FileDescriptorProto> files = new HashMap<>();
  private final Map<String, FileDescriptor> built = new HashMap<>();

  Reflection(Connection connection) {
    this.call =
        ClientCalls.blockingBidiStreamingCall(
            connection.channel(),
            ServerReflectionGrpc.getServerReflectionInfoMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(
                connection.timeout().toNanos(), TimeUnit.NANOSECONDS));
  }

  /** Every rpc of every service, as it is written on the command line. */
  List<String> methods() {
    List<String> methods = new ArrayList<>();
    for (String service : services()) {
      for (MethodDescriptor method : service(service).getMethods()) {
        methods.add(service + "/" + method.getName());
      }
    }
    return methods.stream().sorted().toList();
  }

  MethodDescriptor method(String written) {
    int slash = written.lastIndexOf('/');
    if (slash <= 0) {
      throw CommandFailed.usage(
          "An rpc is wanted, not \"" + written + "\".", "Write it as SERVICE/METHOD.");
    }
    String named = written.substring(0, slash);
    ServiceDescriptor service = service(named.contains(".") ? named : "pawl.v1." + named);
    String name = written.substring(slash + 1);
    MethodDescriptor method = service.findMethodByName(name);
    if (method == null) {
      List<String> known = service.getMethods().stream().map(MethodDescriptor::getName).toList();
      throw CommandFailed.of(
          ExitCode.NOT_FOUND,
          service.getFullName() + " has no rpc " + name + ".",
          Nearest.to(name, known)
              .map(meant -> "did you mean " + meant + "?")
              .orElse("Known: " + String.join(", ", known)));
    }
    return method;
  }

  private List<String> services() {
    return ask(ServerReflectionRequest.newBuilder().setListServices("*").build())
        .getListServicesResponse()
        .getServiceList()
        .stream()
        .map(ServiceResponse::getName)
        .toList();
  }

  private ServiceDescriptor service(String name) {
    ServerReflectionResponse answer =
        ask(ServerReflectionRequest.newBuilder().setFileContainingSymbol(name).build());
    if (answer.hasErrorResponse()) {
      throw CommandFailed.of(
          ExitCode.NOT_FOUND,
          "The server has no service " + name + ".",
          "List them with: pawl api");
    }
    for (String file : remember(answer)) {
      ServiceDescriptor service =
          build(file).findServiceByName(name.substring(name.lastIndexOf('.') + 1));
      if (service != null && service.getFullName().equals(name)) {
        return service;
      }
    }
    throw CommandFailed.of(ExitCode.NOT_FOUND, "The server has no service " + name + ".");
  }

  private List<String> remember(ServerReflectionResponse answer) {
    List<String> names = new ArrayList<>();
    for (ByteString bytes : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      try {
        FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes);
        files.put(file.getName(), file);
        names.add(file.getName());
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("The server's reflection answered with a damaged file.", e);
      }
    }
    return names;
  }

  private FileDescriptor build(String name) {
    FileDescriptor known = built.get(name);
    if (known != null) {
      return known;
    }
    if (!files.containsKey(name)) {
      remember(ask(ServerReflectionRequest.newBuilder().setFileByFilename(name).build()));
    }
    FileDescriptorProto file = files.get(name);
    if (file == null) {
      throw new IllegalStateException("The server's reflection does not know its own file " + name);
    }
    FileDescriptor[] dependencies =
        file.getDependencyList().stream().map(this::build).toArray(FileDescriptor[]::new);
    try {
      FileDescriptor descriptor = FileDescriptor.buildFrom(file, dependencies);
      built.put(name, descriptor);
      return descriptor;
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(
          "The server's reflection answered with a wrong file " + name, e);
    }
  }

  private ServerReflectionResponse ask(ServerReflectionRequest request) {
    try {
      call.write(request);
      ServerReflectionResponse answer = call.read();
      if (answer == null) {
        throw Status.UNAVAILABLE.withDescription("The reflection ended.").asRuntimeException();
      }
      return answer;
    } catch (StatusException e) {
      throw e.getStatus().asRuntimeException(e.getTrailers());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("Interrupted.").asRuntimeException();
    }
  }

  @Override
  public void close() {
    call.cancel("done", null);
  }
}
