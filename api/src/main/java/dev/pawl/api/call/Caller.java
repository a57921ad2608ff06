package dev.pawl.api.call;

import com.google.protobuf.Message;
import dev.pawl.api.access.Grants;
import dev.pawl.engine.access.Rights;
import io.grpc.Context;

/**
 * Who makes a call.
 *
 * @param principal the name that the caller goes by
 * @param traceparent W3C trace context of the call; may be empty
 * @param authenticated whether a token proved the name
 * @param grants what it may do
 */
public record Caller(String principal, String traceparent, boolean authenticated, Grants grants) {
  /** The name of a caller that said none. */
  static final String NOBODY = "anonymous";

  /** Somebody of whom nothing is known, and who may do nothing. */
  public static final Caller ANONYMOUS = new Caller(NOBODY, "", false, Grants.NONE);

  static final Context.Key<Caller> KEY = Context.keyWithDefault("pawl-caller", ANONYMOUS);

  /** The caller of the call that this thread serves; to be asked before going asynchronous. */
  public static Caller current() {
    return KEY.get();
  }

  /** What it may do in the projects that a request names. */
  public Rights rights(Message request) {
    return grants.in(Projects.of(request));
  }
}
