package dev.pawl.api.call;

import io.grpc.Context;

/**
 * Who makes a call.
 *
 * @param principal the name that the caller goes by; not proven until there is authentication
 * @param traceparent W3C trace context of the call; may be empty
 */
public record Caller(String principal, String traceparent) {
  /** A caller that said no name. */
  public static final Caller ANONYMOUS = new Caller("anonymous", "");

  static final Context.Key<Caller> KEY = Context.keyWithDefault("pawl-caller", ANONYMOUS);

  /** The caller of the call that this thread serves; to be asked before going asynchronous. */
  public static Caller current() {
    return KEY.get();
  }
}
