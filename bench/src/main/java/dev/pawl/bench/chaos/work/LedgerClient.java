package dev.pawl.bench.chaos.work;

import dev.pawl.bench.history.Effect.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Calls the {@link EffectLedger} from a worker. */
final class LedgerClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final URI url;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  LedgerClient(URI url) {
    this.url = url;
  }

  Answer call(String key, ExecutionKey of) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(url)
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString(key + "\n" + of.execution() + "\n" + of.fence()))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("the ledger answered " + response.statusCode());
    }
    return Answer.valueOf(response.body());
  }

  @Override
  public void close() {
    http.close();
  }
}
