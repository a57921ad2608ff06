package dev.pawl.cli.api;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.OutputFormat;
import io.grpc.CallOptions;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Calls any rpc by its name, with JSON. */
@Command(
    description = "Call any rpc with JSON; without a name, list the services and their rpcs.",
    footer = {
      "",
      "Examples:",
      "  pawl api",
      "  pawl api RunService/ListRuns -d '{\"parent\": \"projects/default\"}'",
      "  pawl api pawl.v1.WatchService/Watch -d '{\"parent\": \"projects/default\"}' -o jsonl"
    })
public final class ApiCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "SERVICE/METHOD",
      arity = "0..1",
      description = "Such as RunService/GetRun; pawl.v1 is added.")
  private String method = "";

  @Option(
      names = {"-d", "--data"},
      paramLabel = "JSON",
      description = "The request, @FILE, or - for the standard input ({}).")
  private String data = "{}";

  public ApiCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    try (Reflection reflection = new Reflection(invocation.connection())) {
      if (method.isEmpty()) {
        reflection.methods().forEach(invocation.streams().out()::println);
        return ExitCode.OK.number();
      }
      invoke(reflection.method(method));
      return ExitCode.OK.number();
    }
  }

  private void invoke(MethodDescriptor rpc) {
    if (rpc.isClientStreaming()) {
      throw CommandFailed.usage(
          rpc.getFullName() + " takes a stream of requests; use a client for it.");
    }
    DynamicMessage.Builder request = DynamicMessage.newBuilder(rpc.getInputType());
    try {
      JsonFormat.parser().merge(text(), request);
    } catch (InvalidProtocolBufferException e) {
      throw CommandFailed.usage(
          "The request is no %s: %s".formatted(rpc.getInputType().getName(), why(e)));
    }
    var call =
        io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setType(
                rpc.isServerStreaming()
                    ? io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING
                    : io.grpc.MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(
                io.grpc.MethodDescriptor.generateFullMethodName(
                    rpc.getService().getFullName(), rpc.getName()))
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(rpc.getInputType())))
            .setResponseMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(rpc.getOutputType())))
            .build();
    if (!rpc.isServerStreaming()) {
      print(invocation.connection().callOnce(call, request.build()));
      return;
    }
    Iterator<DynamicMessage> answers =
        ClientCalls.blockingServerStreamingCall(
            invocation.connection().channel(), call, CallOptions.DEFAULT, request.build());
    while (answers.hasNext()) {
      print(answers.next());
    }
  }

  /** What the parser says, without the classes that it threw and where to read about them. */
  private static String why(InvalidProtocolBufferException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.lines().findFirst().orElse("").replaceFirst("^([a-z]+\\.)+\\w+: ", "");
  }

  private void print(DynamicMessage answer) {
    PrintStream out = invocation.streams().out();
    OutputFormat format = invocation.format();
    if (format == OutputFormat.YAML) {
      out.print(Json.yaml(answer));
    } else {
      out.println(format == OutputFormat.JSONL ? Json.line(answer) : Json.pretty(answer));
    }
  }

  private String text() {
    try {
      if (data.equals("-")) {
        return new String(invocation.streams().in().readAllBytes(), StandardCharsets.UTF_8);
      }
      return data.startsWith("@") ? Files.readString(Path.of(data.substring(1))) : data;
    } catch (IOException e) {
      throw CommandFailed.of(
          ExitCode.FAILED, "Cannot read the request from " + data + ": " + e.getMessage());
    }
  }
}
