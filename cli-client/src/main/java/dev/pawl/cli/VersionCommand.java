package dev.pawl.cli;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.cli.connection.Connection;
import dev.pawl.cli.render.Details;
import dev.pawl.v1.GetServerRequest;
import dev.pawl.v1.GetServerResponse;
import dev.pawl.v1.ServerServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says which versions the client and the server have. */
@Command(
    description = "The versions of the client and of the server.",
    footer = {"", "Examples:", "  pawl version", "  pawl version --client -o json"})
final class VersionCommand implements Callable<Integer> {
  /** The additions to the contract that this client knows. */
  private static final int API_LEVEL = 1;

  /**
   * How long a server may take to be reached: who asks for versions waits for none that is away.
   */
  private static final Duration REACH = Duration.ofMillis(500);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Invocation invocation;

  @Option(names = "--client", description = "Do not ask the server.")
  private boolean clientOnly;

  VersionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Optional<GetServerResponse> server = clientOnly ? Optional.empty() : askServer();
    String client = clientVersion();
    Struct.Builder answer =
        Struct.newBuilder()
            .putFields("client", text(client))
            .putFields("apiLevel", number(API_LEVEL));
    Details details = new Details().with("Client", client + "  (API level " + API_LEVEL + ")");
    server.ifPresent(
        found -> {
          answer.putFields("server", text(found.getVersion()));
          answer.putFields("serverApiLevel", number(found.getApiLevel()));
          answer.putFields("serverMode", text(found.getMode()));
          details.with(
              "Server",
              "%s  (API level %d, %s)"
                  .formatted(found.getVersion(), found.getApiLevel(), found.getMode()));
        });
    invocation.printer().item(answer.build(), client, client, details::lines);
    if (server.isPresent() && server.get().getApiLevel() < API_LEVEL) {
      invocation.note("warning: the server is older than this client; some commands may not work.");
    }
    return ExitCode.OK.number();
  }

  private Optional<GetServerResponse> askServer() {
    Optional<Duration> given = invocation.explicitTimeout();
    Connection connection = invocation.connection();
    if (given.isEmpty() && !connection.reaches(REACH)) {
      return unanswered(Status.Code.UNAVAILABLE);
    }
    try {
      return Optional.of(
          connection.call(
              ServerServiceGrpc.getGetServerMethod(),
              GetServerRequest.getDefaultInstance(),
              given.orElse(PATIENCE)));
    } catch (StatusRuntimeException e) {
      return unanswered(e.getStatus().getCode());
    }
  }

  private Optional<GetServerResponse> unanswered(Status.Code code) {
    invocation.note(
        "The server at " + Connection.names(invocation.servers()) + " does not answer: " + code);
    return Optional.empty();
  }

  static String clientVersion() {
    try (@Nullable InputStream in =
        VersionCommand.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static Value number(int value) {
    return Value.newBuilder().setNumberValue(value).build();
  }
}
