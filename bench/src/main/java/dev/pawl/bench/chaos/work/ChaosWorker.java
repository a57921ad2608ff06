package dev.pawl.bench.chaos.work;

import dev.pawl.bench.chaos.program.Conduct;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.worker.Worker;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A worker in a process of its own. Its diary is a file for each process, {@code WORKER-PID.jsonl},
 * with the sections stored to their end beside it.
 */
@Command(name = "chaos-worker", description = "Works until it is killed.")
public final class ChaosWorker implements Callable<Integer> {
  private static final int MAX_INBOUND_BYTES = 8 << 20;
  private static final Duration DRAIN = Duration.ofSeconds(5);

  @Option(names = "--id", required = true)
  private String id = "";

  @Option(names = "--group", required = true)
  private String group = "";

  @Option(names = "--slots", required = true)
  private int slots;

  @Option(
      names = "--node",
      required = true,
      description = "NAME=HOST:PORT of a node; repeated for each.")
  private Map<String, String> nodes = new LinkedHashMap<>();

  @Option(names = "--source", required = true, description = "The address that it dials from.")
  private String source = "";

  @Option(names = "--ledger", required = true)
  private URI ledger = URI.create("http://127.0.0.1");

  @Option(names = "--directory", required = true, description = "Where its diary goes.")
  private Path directory = Path.of("");

  private ChaosWorker() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new ChaosWorker()).execute(args));
  }

  /** Where the process of this number keeps its diary. */
  public static Path diary(Path directory, String worker, long pid) {
    return directory.resolve("%s-%d.jsonl".formatted(worker, pid));
  }

  private static Path completed(Path diary) {
    return diary.resolveSibling(diary.getFileName() + ".completed");
  }

  /** The sections of logs that a process has handed over to their end. */
  public static List<ExecutionKey> completedSections(Path diary) throws IOException {
    return Handover.read(completed(diary));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path file = diary(directory, id, ProcessHandle.current().pid());
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      told.countDown();
                      awaitQuietly(ended);
                    }));
    try (Recorder recorder = Recorder.create(file);
        LedgerClient client = new LedgerClient(ledger)) {
      WorkDiary diary = new WorkDiary(recorder, id);
      Handover logs = new Handover(completed(file));
      Map<String, String> names = new LinkedHashMap<>();
      nodes.forEach((name, address) -> names.put(address, name));
      try (Worker worker =
          Worker.builder()
              .addresses(List.copyOf(nodes.values()))
              .channels(
                  address ->
                      channel(
                          address,
                          new DiaryInterceptor(names.getOrDefault(address, address), diary, logs)))
              .workerId(id)
              .group(group)
              .slots(slots)
              .withoutShell()
              .withoutHttp()
              .handler(Conduct.HANDLER, new ChaosHandler(diary, client))
              .build()) {
        worker.start();
        told.await();
        worker.drain(DRAIN);
      }
      return 0;
    } finally {
      ended.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch ended) {
    try {
      ended.await(2 * DRAIN.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As the worker's library makes them, but from an address of this worker's own. */
  private ManagedChannel channel(String address, DiaryInterceptor interceptor) {
    SocketAddress local = local();
    return NettyChannelBuilder.forTarget(address, InsecureChannelCredentials.create())
        .localSocketPicker(
            new NettyChannelBuilder.LocalSocketPicker() {
              @Override
              public SocketAddress createSocketAddress(
                  SocketAddress remote, io.grpc.Attributes attributes) {
                return local;
              }
            })
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .maxInboundMessageSize(MAX_INBOUND_BYTES)
        .disableRetry()
        .intercept(interceptor)
        .build();
  }

  private SocketAddress local() {
    try {
      return new InetSocketAddress(InetAddress.getByName(source), 0);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address: " + source, e);
    }
  }
}
