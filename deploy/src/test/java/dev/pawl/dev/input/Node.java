package dev.pawl.dev.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import dev.pawl.client.PawlChannels;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.client.RequestIds;
import dev.pawl.dev.DevServer;
import dev.pawl.dev.DevSettings;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.v1.GetTaskRunRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A node of one with its embedded worker, what speaks with it, and a look at its journal. */
final class Node implements AutoCloseable {
  static final String PROJECT = "projects/default";

  private static final Duration LONGEST_RUN = Duration.ofSeconds(60);

  private final DevServer server;
  private final ManagedChannel channel;

  private Node(DevServer server) {
    this.server = server;
    this.channel = PawlChannels.open(server.address());
  }

  static Node start() {
    try {
      return new Node(DevServer.start(DevSettings.ephemeral()));
    } catch (StartupFailure e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
  }

  String address() {
    return server.address();
  }

  ManagedChannel channel() {
    return channel;
  }

  WorkflowServiceGrpc.WorkflowServiceBlockingStub workflows() {
    return WorkflowServiceGrpc.newBlockingStub(channel);
  }

  RunServiceGrpc.RunServiceBlockingStub runs() {
    return RunServiceGrpc.newBlockingStub(channel);
  }

  // What runs.

  void submit(WorkflowSpec workflow) {
    workflows()
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent(PROJECT)
                .setWorkflow(workflow)
                .setRequestId(RequestIds.next())
                .build());
  }

  Run start(String workflow, Struct parameters) {
    return runs()
        .startRun(
            StartRunRequest.newBuilder()
                .setDefinition(PROJECT + "/workflows/" + workflow)
                .setParameters(parameters)
                .setRequestId(RequestIds.next())
                .build())
        .getRun();
  }

  /** Submits a workflow and starts it. */
  Run start(WorkflowSpec workflow) {
    submit(workflow);
    return start(workflow.getName(), Struct.getDefaultInstance());
  }

  /** The run when it has ended. */
  Run ended(Run run) {
    return runs()
        .waitRun(
            WaitRunRequest.newBuilder()
                .setName(run.getName())
                .setTimeout(
                    com.google.protobuf.Duration.newBuilder().setSeconds(LONGEST_RUN.toSeconds()))
                .build())
        .getRun();
  }

  TaskRun step(Run run, String task) {
    return runs()
        .getTaskRun(
            GetTaskRunRequest.newBuilder().setName(run.getName() + "/taskRuns/" + task).build())
        .getTaskRun();
  }

  // What is refused.

  /** What the server says to a call that it must refuse, having stored nothing. */
  PawlError refusal(ThrowingCallable call) {
    long before = journalRows();
    PawlError error = failure(call);
    assertThat(journalRows()).as("rows of the journal").isEqualTo(before);
    return error;
  }

  /** What the server says to a call that must fail. */
  static PawlError failure(ThrowingCallable call) {
    try {
      call.call();
    } catch (StatusRuntimeException e) {
      return PawlErrors.of(e);
    } catch (Throwable e) {
      throw new AssertionError("a call failed, but not with a status", e);
    }
    throw new AssertionError("the call was not refused");
  }

  /** How many facts are stored. */
  long journalRows() {
    return count("event_journal");
  }

  /** How many definitions and large values are stored. */
  long contents() {
    return count("content");
  }

  private long count(String table) {
    try (Connection connection =
            DriverManager.getConnection(
                server.postgres().jdbcUrl(),
                server.postgres().user(),
                server.postgres().password());
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException("the rows of " + table + " cannot be counted", e);
    }
  }
}
