package dev.pawl.bench.chaos.work;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Effect;
import dev.pawl.bench.history.Effect.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The world outside that work changes: it keeps the highest fence of each execution and refuses
 * lower ones, applies each key once, and writes down every call before it answers.
 *
 * <p>A call is three lines: key, execution, fence. The answer is one word.
 */
public final class EffectLedger implements AutoCloseable {
  private static final String PATH = "/effects";
  private static final int OK = 200;
  private static final int MALFORMED = 400;

  private final Recorder recorder;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  // Guarded by this.
  private final Map<String, Long> fences = new HashMap<>();
  private final Set<String> applied = new HashSet<>();
  private long refused;

  private EffectLedger(Recorder recorder, HttpServer server) {
    this.recorder = recorder;
    this.server = server;
  }

  /** Opens it on a free port of the loopback interface. */
  public static EffectLedger start(Recorder recorder) throws IOException {
    EffectLedger ledger =
        new EffectLedger(
            recorder,
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64));
    ledger.server.setExecutor(ledger.threads);
    ledger.server.createContext(PATH, ledger::answer);
    ledger.server.start();
    return ledger;
  }

  /** Where it is called. */
  public String url() {
    InetSocketAddress address = server.getAddress();
    return "http://%s:%d%s"
        .formatted(address.getAddress().getHostAddress(), address.getPort(), PATH);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      List<String> lines =
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      if (lines.size() != 3) {
        exchange.sendResponseHeaders(MALFORMED, -1);
        return;
      }
      Answer answer = call(lines.get(0), lines.get(1), Long.parseLong(lines.get(2)));
      byte[] word = answer.name().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(OK, word.length);
      exchange.getResponseBody().write(word);
    }
  }

  synchronized Answer call(String key, String execution, long fence) {
    Answer answer;
    if (fence < fences.getOrDefault(execution, 0L)) {
      answer = Answer.REFUSED;
      refused++;
    } else {
      fences.put(execution, fence);
      answer = applied.add(key) ? Answer.APPLIED : Answer.KNOWN;
    }
    recorder.record(new Effect(key, execution, fence, MicroClock.now(), answer));
    return answer;
  }

  /** How many calls came too late. */
  public synchronized long refused() {
    return refused;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
