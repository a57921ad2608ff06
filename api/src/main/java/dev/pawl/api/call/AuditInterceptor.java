package dev.pawl.api.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.pawl.api.access.Rpcs;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.client.RequestIds;
import dev.pawl.engine.audit.AuditOutcome;
import dev.pawl.engine.audit.AuditRow;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the audit of commands that left no fact: refused ones, and those that changed nothing. What
 * was accepted it hears of from the journal.
 */
final class AuditInterceptor implements ServerInterceptor {
  private static final String STEPS = "/taskRuns/";

  private final Rpcs rpcs;
  private final Consumer<AuditRow> audit;
  private final InstantSource clock;

  AuditInterceptor(Rpcs rpcs, Access access) {
    this.rpcs = rpcs;
    this.audit = access.audit();
    this.clock = access.clock();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Rpcs.Rpc rpc = rpcs.rpc(call.getMethodDescriptor().getFullMethodName());
    if (!rpc.command()) {
      return next.startCall(call, headers);
    }
    CommandNote note = new CommandNote();
    Watched<Q, R> watched = new Watched<>(call, rpc.name(), Caller.current(), note);
    return new SimpleForwardingServerCallListener<>(
        Contexts.interceptCall(
            Context.current().withValue(CommandNote.KEY, note), watched, headers, next)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof Message read) {
          watched.request = read;
        }
        super.onMessage(message);
      }
    };
  }

  /** A command on its way; tells the audit at its end. */
  private final class Watched<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final String rpc;
    private final Caller caller;
    private final CommandNote note;
    private volatile @Nullable Message request;

    Watched(ServerCall<Q, R> call, String rpc, Caller caller, CommandNote note) {
      super(call);
      this.rpc = rpc;
      this.caller = caller;
      this.note = note;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      Message command = request;
      if (command != null && !isDryRun(command)) {
        tell(command, status, trailers);
      }
      super.close(status, trailers);
    }

    private void tell(Message command, Status status, Metadata trailers) {
      if (!status.isOk()) {
        PawlError error = PawlErrors.of(new StatusRuntimeException(status, trailers));
        audit.accept(
            row(
                command,
                RequestIds.next(),
                error.precondition().map(PawlError.Precondition::state).orElse(""),
                "",
                outcome(status.getCode()),
                error.reason().orElse(status.getCode().name()),
                error.message()));
      } else if (note.unchanged().isPresent()) {
        String state = note.unchanged().get();
        audit.accept(
            row(command, unchangedKey(command), state, state, AuditOutcome.UNCHANGED, "", ""));
      }
    }

    /**
     * The key of a command that changed nothing: who repeats it within a day makes one row. No
     * entity remembers its request id, which may come with any other command.
     */
    private String unchangedKey(Message command) {
      String id = text(command, "request_id");
      if (id.isEmpty()) {
        return RequestIds.next();
      }
      MessageDigest digest = Commands.sha256();
      for (String part : List.of(caller.principal(), id, Commands.bodyHash(command))) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return "unchanged %d %s"
          .formatted(
              Duration.between(Instant.EPOCH, clock.instant()).toDays(),
              HexFormat.of().formatHex(digest.digest()));
    }

    private AuditRow row(
        Message command,
        String key,
        String before,
        String after,
        AuditOutcome outcome,
        String refusal,
        String message) {
      String named = named(command);
      int steps = named.indexOf(STEPS);
      String entity = steps < 0 ? named : named.substring(0, steps);
      return new AuditRow(
          project(named),
          note.entity().orElse(entity),
          key,
          clock.instant(),
          caller.principal(),
          rpc,
          steps < 0 ? "" : named.substring(steps + STEPS.length()),
          text(command, "request_id"),
          text(command, "reason"),
          before,
          after,
          outcome,
          refusal,
          message);
    }
  }

  /** What names no project is on record all the same. */
  private static String project(String named) {
    String project = Projects.ofName(named);
    return ResourceNames.isName(project) ? project : ResourceNames.NO_PROJECT;
  }

  private static AuditOutcome outcome(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          UNAUTHENTICATED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED ->
          AuditOutcome.REFUSED;
      case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
          AuditOutcome.UNKNOWN;
    };
  }

  private static boolean isDryRun(Message command) {
    FieldDescriptor field = command.getDescriptorForType().findFieldByName("dry_run");
    return field != null && (boolean) command.getField(field);
  }

  /** What a command is about: an entity, or what is to be made in a project. */
  private static String named(Message command) {
    for (String field : new String[] {"name", "definition"}) {
      String name = text(command, field);
      if (!name.isEmpty()) {
        return name;
      }
    }
    String parent = text(command, "parent");
    return made(command, "workflow")
        .map(name -> parent + "/workflows/" + name)
        .or(() -> made(command, "task").map(name -> parent + "/tasks/" + name))
        .orElse(parent);
  }

  private static Optional<String> made(Message command, String kind) {
    FieldDescriptor field = command.getDescriptorForType().findFieldByName(kind);
    return field != null
            && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            && command.hasField(field)
        ? Optional.of(text((Message) command.getField(field), "name"))
        : Optional.empty();
  }

  private static String text(Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    return field != null
            && field.getJavaType() == FieldDescriptor.JavaType.STRING
            && !field.isRepeated()
        ? (String) message.getField(field)
        : "";
  }
}
