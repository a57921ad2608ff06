package dev.pawl.cli.run;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.pawl.cli.MutationOptions;
import dev.pawl.v1.Run;
import dev.pawl.v1.StepEffect;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A command of the contract, on a run or on one of its steps.
 *
 * <p>The requests of all of them have the same fields under the same names, so these are set by
 * name, here and nowhere else.
 *
 * @param word as it is typed
 * @param question what is asked before it is sent, with {@code %s} for what it is about; empty when
 *     it can be taken back
 */
public record Verb<Q extends Message, R extends Message>(
    String word,
    MethodDescriptor<Q, R> method,
    Function<R, Run> run,
    Function<R, List<StepEffect>> effects,
    Optional<String> question) {

  /** A command that is sent without a question. */
  public Verb(
      String word,
      MethodDescriptor<Q, R> method,
      Function<R, Run> run,
      Function<R, List<StepEffect>> effects) {
    this(word, method, run, effects, Optional.empty());
  }

  public Verb<Q, R> asking(String what) {
    return new Verb<>(word, method, run, effects, Optional.of(what));
  }

  /**
   * The command for the run or step of this name. Where the contract wants it confirmed, it is:
   * whoever sends it has asked.
   */
  Q request(
      String name,
      String requestId,
      MutationOptions options,
      Consumer<Message.Builder> completing) {
    Q prototype = prototype();
    Message.Builder request = prototype.newBuilderForType();
    Descriptor type = prototype.getDescriptorForType();
    request
        .setField(field(type, "name"), name)
        .setField(field(type, "request_id"), requestId)
        .setField(field(type, "dry_run"), options.isDryRun())
        .setField(field(type, "reason"), options.reason());
    options
        .expectedVersion()
        .ifPresent(version -> request.setField(field(type, "expected_version"), version));
    FieldDescriptor confirm = type.findFieldByName("confirm");
    if (confirm != null) {
      request.setField(confirm, !options.isDryRun());
    }
    completing.accept(request);
    // A builder makes messages of the type that it came from.
    @SuppressWarnings("unchecked")
    Q made = (Q) request.build();
    return made;
  }

  private Q prototype() {
    if (method.getRequestMarshaller() instanceof PrototypeMarshaller<Q> marshaller) {
      Q prototype = marshaller.getMessagePrototype();
      if (prototype != null) {
        return prototype;
      }
    }
    throw new IllegalStateException(method.getFullMethodName() + " tells no request message");
  }

  private static FieldDescriptor field(Descriptor type, String name) {
    FieldDescriptor field = type.findFieldByName(name);
    if (field == null) {
      throw new IllegalStateException(type.getFullName() + " has no field " + name);
    }
    return field;
  }
}
