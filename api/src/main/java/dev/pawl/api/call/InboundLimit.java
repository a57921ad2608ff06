package dev.pawl.api.call;

import com.google.protobuf.MessageLite;
import dev.pawl.v1.ErrorReason;
import io.grpc.ForwardingServerCall;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers a message that is too large, or none of the method's type, with an error of the contract.
 *
 * <p>The transport's own limit resets the stream without a reason, so it stands higher and this one
 * comes first.
 */
public final class InboundLimit {
  /** The most bytes of one message. */
  public static final int MESSAGE_BYTES = 4 * 1024 * 1024;

  private InboundLimit() {}

  /** The same service behind the limit. */
  public static ServerServiceDefinition apply(ServerServiceDefinition service) {
    ServiceDescriptor descriptor = service.getServiceDescriptor();
    ServiceDescriptor.Builder limited =
        ServiceDescriptor.newBuilder(descriptor.getName())
            .setSchemaDescriptor(descriptor.getSchemaDescriptor());
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      ServerMethodDefinition<?, ?> wrapped = limit(method);
      methods.add(wrapped);
      limited.addMethod(wrapped.getMethodDescriptor());
    }
    ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(limited.build());
    methods.forEach(builder::addMethod);
    return builder.build();
  }

  private static <Q, R> ServerMethodDefinition<Inbound<Q>, R> limit(
      ServerMethodDefinition<Q, R> method) {
    MethodDescriptor<Q, R> plain = method.getMethodDescriptor();
    MethodDescriptor<Inbound<Q>, R> limited =
        plain.toBuilder(
                new LimitedMarshaller<>(plain.getRequestMarshaller()),
                plain.getResponseMarshaller())
            .build();
    ServerCallHandler<Q, R> handler = method.getServerCallHandler();
    return ServerMethodDefinition.create(
        limited,
        (call, headers) -> {
          ServerCall.Listener<Q> listener =
              handler.startCall(new PlainCall<>(call, plain), headers);
          return new LimitedListener<>(call, listener);
        });
  }

  /** A message that was read, or why it was not. */
  private sealed interface Inbound<Q> {
    record Read<Q>(Q message) implements Inbound<Q> {}

    record TooLarge<Q>(int bytes) implements Inbound<Q> {}

    record Malformed<Q>() implements Inbound<Q> {}
  }

  private record LimitedMarshaller<Q>(Marshaller<Q> plain) implements Marshaller<Inbound<Q>> {
    @Override
    public InputStream stream(Inbound<Q> value) {
      return switch (value) {
        case Inbound.Read<Q>(var message) -> plain.stream(message);
        case Inbound.TooLarge<Q> _, Inbound.Malformed<Q> _ ->
            throw new IllegalStateException("a refused message is never sent");
      };
    }

    @Override
    public Inbound<Q> parse(InputStream stream) {
      try {
        int known = stream instanceof KnownLength ? stream.available() : 0;
        if (known > MESSAGE_BYTES) {
          return new Inbound.TooLarge<>(known);
        }
        Q message = plain.parse(stream);
        // What came compressed shows its size only now.
        return known == 0
                && message instanceof MessageLite unpacked
                && unpacked.getSerializedSize() > MESSAGE_BYTES
            ? new Inbound.TooLarge<>(unpacked.getSerializedSize())
            : new Inbound.Read<>(message);
      } catch (StatusRuntimeException e) {
        return e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED
            ? new Inbound.TooLarge<>(Integer.MAX_VALUE)
            : new Inbound.Malformed<>();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class LimitedListener<Q, R> extends ServerCall.Listener<Inbound<Q>> {
    private final ServerCall<Inbound<Q>, R> call;
    private final ServerCall.Listener<Q> listener;
    private boolean refused;

    LimitedListener(ServerCall<Inbound<Q>, R> call, ServerCall.Listener<Q> listener) {
      this.call = call;
      this.listener = listener;
    }

    @Override
    public void onMessage(Inbound<Q> inbound) {
      if (refused) {
        return;
      }
      switch (inbound) {
        case Inbound.Read<Q>(var message) -> listener.onMessage(message);
        case Inbound.TooLarge<Q>(var bytes) ->
            refuse(
                ApiErrors.of(
                    ErrorReason.ERROR_REASON_MESSAGE_TOO_LARGE,
                    "the message has %s bytes; at most %,d are taken"
                        .formatted(
                            bytes == Integer.MAX_VALUE ? "too many" : "%,d".formatted(bytes),
                            MESSAGE_BYTES)));
        case Inbound.Malformed<Q> _ ->
            refuse(
                ApiErrors.of(
                    ErrorReason.ERROR_REASON_INVALID_FIELD,
                    "the message is no valid request of "
                        + call.getMethodDescriptor().getFullMethodName()));
      }
    }

    private void refuse(StatusRuntimeException error) {
      refused = true;
      Metadata trailers = error.getTrailers();
      call.close(error.getStatus(), trailers == null ? new Metadata() : trailers);
      // The service sees its caller go: a stream that was open lets go of what it holds.
      listener.onCancel();
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        listener.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      if (!refused) {
        listener.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!refused) {
        listener.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (!refused) {
        listener.onReady();
      }
    }
  }

  private static final class PlainCall<Q, R> extends ForwardingServerCall<Q, R> {
    private final ServerCall<Inbound<Q>, R> call;
    private final MethodDescriptor<Q, R> method;

    PlainCall(ServerCall<Inbound<Q>, R> call, MethodDescriptor<Q, R> method) {
      this.call = call;
      this.method = method;
    }

    @Override
    @SuppressWarnings("unchecked") // Only the method differs in its request type.
    protected ServerCall<Q, R> delegate() {
      return (ServerCall<Q, R>) (ServerCall<?, R>) call;
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
      return method;
    }
  }
}
