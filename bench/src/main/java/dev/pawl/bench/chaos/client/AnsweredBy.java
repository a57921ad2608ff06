package dev.pawl.bench.chaos.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Finds out which node answered a call. */
final class AnsweredBy implements ClientInterceptor {
  /** Where a call that wants to know puts a place for the answer. */
  static final CallOptions.Key<AtomicReference<String>> NODE = CallOptions.Key.create("node");

  private final Map<String, String> names;

  /**
   * @param names of the nodes by {@code host:port}
   */
  AnsweredBy(Map<String, String> names) {
    this.names = Map.copyOf(names);
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    AtomicReference<String> node = options.getOption(NODE);
    if (node == null) {
      return next.newCall(method, options);
    }
    ClientCall<Q, R> call = next.newCall(method, options);
    return new SimpleForwardingClientCall<>(call) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<R>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                if (call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
                    instanceof InetSocketAddress remote) {
                  String address = remote.getAddress().getHostAddress() + ":" + remote.getPort();
                  node.set(names.getOrDefault(address, address));
                }
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }
}
