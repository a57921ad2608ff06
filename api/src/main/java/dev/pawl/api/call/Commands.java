package dev.pawl.api.call;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.pawl.client.RequestIds;
import dev.pawl.engine.journal.Call;
import dev.pawl.engine.journal.Cause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads what every request that changes something carries. */
public final class Commands {
  private static final int REASON_CHARS = 1_024;
  private static final String REQUEST = "Request";
  private static final String STEPS = "/taskRuns/";
  private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{1,64}");

  private Commands() {}

  /**
   * The cause of what the request brings about. A request without an id gets one, and so cannot be
   * repeated by its caller.
   */
  public static Cause.Command cause(
      Message request, String requestId, String reason, Caller caller) {
    if (!requestId.isEmpty() && !REQUEST_ID.matcher(requestId).matches()) {
      throw ApiErrors.invalidField(
          "requestId", "must be 1 to 64 visible ASCII characters; a UUID of version 7 serves best");
    }
    if (reason.length() > REASON_CHARS) {
      throw ApiErrors.invalidField(
          "reason", "has %,d characters; at most %,d".formatted(reason.length(), REASON_CHARS));
    }
    return new Cause.Command(
        requestId.isEmpty() ? RequestIds.next() : requestId,
        bodyHash(request),
        caller.principal(),
        reason,
        new Call(rpc(request), step(request), caller.rights(request)));
  }

  /** Each rpc has a request of its own, which is called after it. */
  private static String rpc(Message request) {
    String name = request.getDescriptorForType().getName();
    return name.endsWith(REQUEST) ? name.substring(0, name.length() - REQUEST.length()) : name;
  }

  /** The step that a command names; empty when it is about something whole. */
  private static String step(Message request) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("name");
    if (field == null || field.getJavaType() != FieldDescriptor.JavaType.STRING) {
      return "";
    }
    String name = (String) request.getField(field);
    int steps = name.indexOf(STEPS);
    return steps < 0 ? "" : name.substring(steps + STEPS.length());
  }

  /**
   * Refuses a version below the least.
   *
   * @param present whether the caller gave one
   */
  public static OptionalLong expectedVersion(boolean present, long version) {
    if (present && version < 0) {
      throw ApiErrors.invalidField("expectedVersion", "is %d; at least 0".formatted(version));
    }
    return present ? OptionalLong.of(version) : OptionalLong.empty();
  }

  /** SHA-256 of the request's type and of its content without the request id, in hexadecimal. */
  static String bodyHash(Message request) {
    Message.Builder body = request.toBuilder();
    FieldDescriptor id = request.getDescriptorForType().findFieldByName("request_id");
    if (id != null) {
      body.clearField(id);
    }
    MessageDigest digest = sha256();
    digest.update(request.getDescriptorForType().getFullName().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(deterministic(body.build()));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The bytes of a message, the same for equal messages: maps are sorted. */
  public static byte[] deterministic(Message message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  /** A fresh digest. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
