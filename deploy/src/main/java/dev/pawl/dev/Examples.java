package dev.pawl.dev;

import dev.pawl.cli.definition.DefinitionReader;
import dev.pawl.cli.definition.DefinitionReader.Reading;
import dev.pawl.cli.definition.SourceFile;
import dev.pawl.client.PawlErrors;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The definitions of {@code examples/}, as they were when this was built. */
public final class Examples {
  /** The workflow that the quickstart runs. */
  public static final String INVENTORY = "software-inventory";

  private static final List<String> NAMES =
      List.of("hello", "flaky-upgrade", "cluster-upgrade", INVENTORY);

  private Examples() {}

  public static List<String> names() {
    return NAMES;
  }

  /** The file of an example. */
  public static SourceFile file(String name) {
    try (InputStream content = Examples.class.getResourceAsStream("examples/" + name + ".yaml")) {
      if (content == null) {
        throw new IllegalArgumentException("there is no example " + name);
      }
      return SourceFile.of(
          "examples/" + name + ".yaml", new String(content.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the example " + name, e);
    }
  }

  /** Submits an example to the default project, unless a workflow of its name exists. */
  static void submit(Channel channel, String name) {
    Reading reading = DefinitionReader.read(file(name));
    if (!reading.mistakes().isEmpty()) {
      throw new IllegalStateException("the example " + name + ": " + reading.mistakes());
    }
    WorkflowServiceBlockingStub workflows = WorkflowServiceGrpc.newBlockingStub(channel);
    try {
      workflows.submitWorkflow(
          SubmitWorkflowRequest.newBuilder()
              .setParent("projects/default")
              .setWorkflow(reading.documents().getFirst().definition().getWorkflow())
              .setRequestId(RequestIds.next())
              .setExpectedVersion(0)
              .setReason("example")
              .build());
    } catch (StatusRuntimeException e) {
      // There is one of this name, perhaps changed by its user: it stays.
      if (PawlErrors.of(e).code() != Status.Code.ABORTED) {
        throw e;
      }
    }
  }
}
