package dev.pawl.api.call;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.function.LongConsumer;

/**
 * Measures the message of a call while it arrives.
 *
 * <p>The transport's own limit ends a stream without a reason, and without asking anybody. So it is
 * switched off, and this says in time when a message becomes too large.
 */
public final class InboundSize extends ServerStreamTracer {
  private static final Context.Key<InboundSize> KEY = Context.key("pawl-inbound-size");

  /** Measures every call of a server. */
  public static final Factory FACTORY =
      new Factory() {
        @Override
        public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
          return new InboundSize();
        }
      };

  private volatile LongConsumer reader = _ -> {};
  private long bytes;

  private InboundSize() {}

  /** Has the current call's reader told how large its message is by now, whenever more arrives. */
  static void read(LongConsumer reader) {
    InboundSize size = KEY.get();
    if (size != null) {
      size.reader = reader;
    }
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  @Override
  public void inboundMessage(int number) {
    bytes = 0;
  }

  @Override
  public void inboundWireSize(long more) {
    bytes += more;
    reader.accept(bytes);
  }
}
