package dev.pawl.api.call;

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
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Answers a message that is too large, or none of the method's type, with an error of the contract.
 *
 * <p>The transport's own limit ends the stream without a reason, so it is off. A message that is
 * still arriving is refused once more of it is here than we take, by {@link InboundSize}; at most
 * so much is ever held, and what the connection's flow control lets in meanwhile.
 */
public final class InboundLimit {
  /** The most bytes of one message. */
  public static final int MESSAGE_BYTES = 4 * 1024 * 1024;

  /** From how many bytes on it is no use to wait for the rest. */
  private static final int HOPELESS_BYTES = 4 * MESSAGE_BYTES;

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
          Refusals<Q, R> refusals = new Refusals<>(call);
          InboundSize.read(refusals::measure);
          ServerCall.Listener<Q> listener =
              handler.startCall(new PlainCall<>(call, plain), headers);
          return new LimitedListener<>(refusals, listener);
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
        if (stream instanceof KnownLength) {
          int known = stream.available();
          return known > MESSAGE_BYTES
              ? new Inbound.TooLarge<>(known)
              : new Inbound.Read<>(plain.parse(stream));
        }
        // What came compressed shows its size only when it is unpacked.
        byte[] unpacked = stream.readNBytes(MESSAGE_BYTES + 1);
        return unpacked.length > MESSAGE_BYTES
            ? new Inbound.TooLarge<>(Integer.MAX_VALUE)
            : new Inbound.Read<>(plain.parse(new ByteArrayInputStream(unpacked)));
      } catch (StatusRuntimeException e) {
        return new Inbound.Malformed<>();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Ends a call for its message: once, whoever finds it first. */
  private static final class Refusals<Q, R> {
    private final ServerCall<Inbound<Q>, R> call;
    private final AtomicBoolean refused = new AtomicBoolean();

    Refusals(ServerCall<Inbound<Q>, R> call) {
      this.call = call;
    }

    boolean refused() {
      return refused.get();
    }

    /** Called by the transport, of which nobody may take time. */
    void measure(long bytes) {
      if (bytes > HOPELESS_BYTES) {
        tooLarge("%,d or more".formatted(bytes));
      }
    }

    void tooLarge(String bytes) {
      refuse(
          ErrorReason.ERROR_REASON_MESSAGE_TOO_LARGE,
          "the message has %s bytes; at most %,d are taken".formatted(bytes, MESSAGE_BYTES));
    }

    void malformed() {
      refuse(
          ErrorReason.ERROR_REASON_INVALID_FIELD,
          "the message is no valid request of " + call.getMethodDescriptor().getFullMethodName());
    }

    private void refuse(ErrorReason reason, String message) {
      if (refused.compareAndSet(false, true)) {
        StatusRuntimeException error = ApiErrors.of(reason, message);
        Metadata trailers = error.getTrailers();
        call.close(error.getStatus(), trailers == null ? new Metadata() : trailers);
      }
    }
  }

  private static final class LimitedListener<Q, R> extends ServerCall.Listener<Inbound<Q>> {
    private final Refusals<Q, R> refusals;
    private final ServerCall.Listener<Q> listener;

    LimitedListener(Refusals<Q, R> refusals, ServerCall.Listener<Q> listener) {
      this.refusals = refusals;
      this.listener = listener;
    }

    @Override
    public void onMessage(Inbound<Q> inbound) {
      if (refusals.refused()) {
        return;
      }
      switch (inbound) {
        case Inbound.Read<Q>(var message) -> listener.onMessage(message);
        case Inbound.TooLarge<Q>(var bytes) ->
            refusals.tooLarge(bytes == Integer.MAX_VALUE ? "too many" : "%,d".formatted(bytes));
        case Inbound.Malformed<Q> _ -> refusals.malformed();
      }
    }

    @Override
    public void onHalfClose() {
      if (!refusals.refused()) {
        listener.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      listener.onCancel();
    }

    @Override
    public void onComplete() {
      if (refusals.refused()) {
        // The service sees its caller go: a stream that was open lets go of what it holds.
        listener.onCancel();
      } else {
        listener.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (!refusals.refused()) {
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
