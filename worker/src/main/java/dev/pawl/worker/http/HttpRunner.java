package dev.pawl.worker.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.v1.HttpAction;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.Output;
import dev.pawl.v1.ValueType;
import dev.pawl.worker.json.Json;
import dev.pawl.worker.json.JsonException;
import dev.pawl.worker.runner.DeclaredOutputs;
import dev.pawl.worker.runner.Result;
import dev.pawl.worker.runner.Runner;
import dev.pawl.worker.runner.Work;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and judges its answer.
 *
 * <p>A GET or HEAD that is redirected is followed up to five times, to the same scheme only; the
 * headers of the action and of the work go to the host that it names and to no other.
 */
public final class HttpRunner implements Runner, AutoCloseable {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MAX_REDIRECTS = 5;

  private @Nullable HttpClient client;

  /** Gives up what is still under way. */
  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }

  /** Made when it is first needed: most workers send no request. */
  private synchronized HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(Duration.ofSeconds(10))
              .build();
    }
    return client;
  }

  @Override
  public Result run(Work work) throws InterruptedException {
    HttpAction action = work.action().getHttp();
    String method =
        action.getMethod().isEmpty() ? "GET" : action.getMethod().toUpperCase(Locale.ROOT);
    Message message;
    HttpRequest request;
    try {
      message = Message.of(work, method);
      request = request(work, message, message.uri(), true);
    } catch (IllegalArgumentException e) {
      return Result.failedForGood("HTTP_FAILED", "no such request can be made: " + e.getMessage());
    }
    work.begun().run();
    long begun = System.nanoTime();
    try {
      HttpResponse<byte[]> response = exchange(work, request);
      for (int hop = 0; hop < MAX_REDIRECTS; hop++) {
        Optional<URI> next = redirect(action, method, response);
        if (next.isEmpty()) {
          break;
        }
        boolean sameHost =
            Optional.ofNullable(next.get().getAuthority())
                .equals(Optional.ofNullable(message.uri().getAuthority()));
        response = exchange(work, request(work, message, next.get(), sameHost));
      }
      say(
          work,
          "%s %s answered %d in %d ms"
              .formatted(
                  method,
                  withoutQuery(message.uri()),
                  response.statusCode(),
                  TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
      return judge(work, response);
    } catch (CancellationException e) {
      return Result.failed("HTTP_FAILED", "the request was given up");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof BoundedBody.TooLarge
          || cause.getCause() instanceof BoundedBody.TooLarge) {
        return Result.failedForGood(
            DeclaredOutputs.RESULT_TOO_LARGE,
            "the answer of %s must be at most %,d bytes but is longer"
                .formatted(withoutQuery(message.uri()), DeclaredOutputs.MAX_BYTES));
      }
      return Result.failed(
          "HTTP_FAILED", "%s %s: %s".formatted(method, withoutQuery(message.uri()), shown(cause)));
    }
  }

  private HttpResponse<byte[]> exchange(Work work, HttpRequest request)
      throws ExecutionException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client().sendAsync(request, info -> new BoundedBody(DeclaredOutputs.MAX_BYTES));
    work.stop().onSignal(() -> answer.cancel(true));
    return answer.get();
  }

  private static HttpRequest request(Work work, Message message, URI uri, boolean withHeaders) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(
                message.method(),
                message
                    .body()
                    .map(body -> BodyPublishers.ofString(body, UTF_8))
                    .orElseGet(BodyPublishers::noBody));
    if (message.json()) {
      request.setHeader("Content-Type", "application/json");
    }
    if (withHeaders) {
      message.headers().forEach(request::setHeader);
      request.setHeader("Pawl-Execution", work.name().name());
      request.setHeader("Pawl-Fence", Long.toString(work.fence()));
    }
    return request.build();
  }

  private static Optional<URI> redirect(
      HttpAction action, String method, HttpResponse<byte[]> response) {
    if (!REDIRECTS.contains(response.statusCode())
        || action.getExpectedStatusList().contains(response.statusCode())
        || !(method.equals("GET") || method.equals("HEAD"))) {
      return Optional.empty();
    }
    try {
      return response
          .headers()
          .firstValue("Location")
          .map(response.uri()::resolve)
          .filter(next -> response.uri().getScheme().equalsIgnoreCase(next.getScheme()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Result judge(Work work, HttpResponse<byte[]> response) {
    HttpAction action = work.action().getHttp();
    int status = response.statusCode();
    boolean expected =
        action.getExpectedStatusCount() == 0
            ? status >= 200 && status <= 299
            : action.getExpectedStatusList().contains(status);
    String body = new String(response.body(), UTF_8);
    if (!expected) {
      return Result.failed(
          "HTTP_STATUS",
          "%s answered %d, expected %s%s"
              .formatted(
                  withoutQuery(response.uri()),
                  status,
                  action.getExpectedStatusCount() == 0
                      ? "200 to 299"
                      : action.getExpectedStatusList().stream()
                          .map(String::valueOf)
                          .collect(joining(" or ")),
                  body.isBlank() ? "" : "; the answer begins: " + beginning(body)));
    }
    Struct.Builder outputs = Struct.newBuilder();
    Map<String, Value> fields = fields(body);
    for (Output output : work.spec().getOutputsList()) {
      String name = output.getName();
      Value value = fields.get(name);
      if (value != null) {
        outputs.putFields(name, value);
      } else if (name.equals("status")) {
        boolean text =
            output.getType() == ValueType.VALUE_TYPE_STRING
                || output.getType() == ValueType.VALUE_TYPE_UNSPECIFIED;
        outputs.putFields(
            name,
            text
                ? Value.newBuilder().setStringValue(Integer.toString(status)).build()
                : Value.newBuilder().setNumberValue(status).build());
      } else if (name.equals("body")) {
        DeclaredOutputs.read(body, output.getType())
            .ifPresent(read -> outputs.putFields(name, read));
      }
    }
    return DeclaredOutputs.check(outputs.build(), work.spec().getOutputsList());
  }

  /** The fields of a JSON object; none when the text is anything else. */
  private static Map<String, Value> fields(String body) {
    if (!body.stripLeading().startsWith("{")) {
      return Map.of();
    }
    try {
      return Json.parse(body).getStructValue().getFieldsMap();
    } catch (JsonException e) {
      return Map.of();
    }
  }

  /** A query may hold secrets, and the log is read by many. */
  private static String withoutQuery(URI uri) {
    String whole = uri.toString();
    int query = whole.indexOf('?');
    return query < 0 ? whole : whole.substring(0, query);
  }

  private static String beginning(String body) {
    String line = body.strip().replaceAll("\\s+", " ");
    return line.length() <= 200 ? line : line.substring(0, 200) + "...";
  }

  private static String shown(Throwable error) {
    String kind = error.getClass().getSimpleName();
    if (error instanceof IOException && error.getMessage() == null && error.getCause() != null) {
      return kind + ": " + error.getCause();
    }
    return error.getMessage() == null ? kind : kind + ": " + error.getMessage();
  }

  private static void say(Work work, String text) {
    work.log().append(LogLevel.LOG_LEVEL_INFO, LogSource.LOG_SOURCE_WORKER, text);
  }
}
