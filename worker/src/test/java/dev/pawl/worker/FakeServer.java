package dev.pawl.worker;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.v1.Action;
import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.Drained;
import dev.pawl.v1.Hello;
import dev.pawl.v1.Lease;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogLines;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import dev.pawl.v1.Report;
import dev.pawl.v1.ReportAck;
import dev.pawl.v1.Stop;
import dev.pawl.v1.Welcome;
import dev.pawl.v1.WorkerServiceGrpc;
import dev.pawl.worker.time.Durations;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A server of workers, played by hand: it says what a test has it say, and remembers what it heard.
 */
public final class FakeServer implements AutoCloseable {
  /** The execution that most tests speak of. */
  public static final String EXECUTION = "projects/p/runs/r/taskRuns/t/executions/0";

  /** One Connect call. */
  public final class Session {
    public final Hello hello;
    final StreamObserver<ConnectResponse> responses;
    public final List<ConnectRequest> requests = new CopyOnWriteArrayList<>();
    volatile boolean over;

    Session(Hello hello, StreamObserver<ConnectResponse> responses) {
      this.hello = hello;
      this.responses = responses;
    }

    void send(Consumer<ConnectResponse.Builder> message) {
      ConnectResponse.Builder response = ConnectResponse.newBuilder();
      message.accept(response);
      synchronized (this) {
        responses.onNext(response.build());
      }
    }

    void fail(Status status) {
      synchronized (this) {
        responses.onError(status.asRuntimeException());
      }
    }
  }

  public volatile java.time.Duration heartbeatInterval = java.time.Duration.ofMillis(100);
  public volatile java.time.Duration timeToLive = java.time.Duration.ofSeconds(60);
  public volatile boolean acknowledges = true;
  public volatile boolean drains = true;
  public volatile boolean storesLogs = true;
  public volatile boolean closesLogs;
  public volatile @Nullable Status refusal;

  public final List<Session> sessions = new CopyOnWriteArrayList<>();
  public final List<Report> reports = new CopyOnWriteArrayList<>();
  public final List<PushLogsRequest> chunks = new CopyOnWriteArrayList<>();
  public final AtomicInteger logStreams = new AtomicInteger();
  public final AtomicInteger hellos = new AtomicInteger();

  private final Map<String, Long> stored = new ConcurrentHashMap<>();
  private final int port;
  private Server server;

  public FakeServer() {
    server = start(0);
    port = server.getPort();
  }

  public String address() {
    return "localhost:" + port;
  }

  /** Ends every connection at once, as a killed process does. */
  public void kill() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the fake server does not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public void restart() {
    server = start(port);
  }

  @Override
  public void close() {
    kill();
  }

  /** The session that is up, once there is one. */
  public Session session() {
    await().until(() -> !sessions.isEmpty() && !sessions.getLast().over);
    return sessions.getLast();
  }

  public Session session(int number) {
    await().until(() -> sessions.size() >= number);
    return sessions.get(number - 1);
  }

  /** A worker of this server, not started. */
  public WorkerOptions.Builder worker() {
    return Worker.builder().address(address()).workerId("w").slots(8);
  }

  public Lease.Builder lease(Action.Builder action) {
    return lease(LeaseSpec.newBuilder().setTask("t").setAction(action));
  }

  public Lease.Builder lease(LeaseSpec.Builder spec) {
    return Lease.newBuilder()
        .setExecution(EXECUTION)
        .setFence(1)
        .setToken("token-1")
        .setAttempt(1)
        .setSpecId("spec")
        .setSpec(spec)
        .setTimeToLive(Durations.toProto(timeToLive));
  }

  public void offer(Lease.Builder lease) {
    session().send(response -> response.setLease(lease));
  }

  /** Says that no lease follows. */
  public static void drained(Session session) {
    session.send(response -> response.setDrained(Drained.getDefaultInstance()));
  }

  public void stop(Stop.Builder stop) {
    session().send(response -> response.setStop(stop.setExecution(EXECUTION)));
  }

  public static Duration seconds(double seconds) {
    return Durations.toProto(java.time.Duration.ofMillis((long) (seconds * 1_000)));
  }

  /** All final reports so far. */
  public List<Report> finals() {
    return reports.stream().filter(report -> !report.hasStarted()).toList();
  }

  /** The final report of a fence, once it is here. */
  public Report result(long fence) {
    await()
        .atMost(java.time.Duration.ofSeconds(20))
        .until(() -> finals().stream().anyMatch(report -> report.getFence() == fence));
    return finals().stream().filter(report -> report.getFence() == fence).findFirst().orElseThrow();
  }

  public void awaitStarted() {
    await().until(() -> reports.stream().anyMatch(Report::hasStarted));
  }

  /** Every line so far, each once, in order of arrival of its chunk. */
  public List<LogLine> lines() {
    List<LogLine> lines = new ArrayList<>();
    for (PushLogsRequest chunk : List.copyOf(chunks)) {
      for (LogLine line : unpack(chunk).getLinesList()) {
        if (lines.stream().noneMatch(seen -> seen.getSequence() == line.getSequence())) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  public List<String> texts() {
    return lines().stream().map(LogLine::getText).toList();
  }

  /** Waits for the chunk that says that no line follows. */
  public void awaitLogEnd() {
    await()
        .atMost(java.time.Duration.ofSeconds(20))
        .until(() -> chunks.stream().anyMatch(PushLogsRequest::getLast));
  }

  public static LogLines unpack(PushLogsRequest chunk) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(chunk.getLines().toByteArray());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8 << 10];
      while (!inflater.finished()) {
        int read = inflater.inflate(buffer);
        if (read == 0 && inflater.needsInput()) {
          // Raw DEFLATE may want one more byte to see its end.
          inflater.setInput(new byte[1]);
        }
        out.write(buffer, 0, read);
      }
      return LogLines.parseFrom(out.toByteArray());
    } catch (DataFormatException | InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    } finally {
      inflater.end();
    }
  }

  private Server start(int on) {
    try {
      return Grpc.newServerBuilderForPort(on, InsecureServerCredentials.create())
          .addService(new Service())
          .permitKeepAliveTime(5, TimeUnit.SECONDS)
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Service extends WorkerServiceGrpc.WorkerServiceImplBase {
    @Override
    public StreamObserver<ConnectRequest> connect(StreamObserver<ConnectResponse> responses) {
      return new StreamObserver<>() {
        private @Nullable Session session;

        @Override
        public void onNext(ConnectRequest request) {
          if (session == null) {
            hellos.incrementAndGet();
            if (refusal != null) {
              responses.onError(refusal.asRuntimeException());
              return;
            }
            session = new Session(request.getHello(), responses);
            session.send(
                response ->
                    response.setWelcome(
                        Welcome.newBuilder()
                            .setSession("s")
                            .setHeartbeatInterval(Durations.toProto(heartbeatInterval))
                            .setLeaseTimeToLive(Durations.toProto(timeToLive))));
            sessions.add(session);
            return;
          }
          session.requests.add(request);
          if (request.hasDrain() && drains) {
            drained(session);
          }
          if (request.hasReport()) {
            hear(session, request.getReport());
          }
        }

        @Override
        public void onError(Throwable error) {
          end();
        }

        @Override
        public void onCompleted() {
          end();
          responses.onCompleted();
        }

        private void end() {
          if (session != null) {
            session.over = true;
          }
        }
      };
    }

    private void hear(Session session, Report report) {
      reports.add(report);
      if (acknowledges && !report.hasStarted()) {
        session.send(
            response ->
                response.setReportAck(
                    ReportAck.newBuilder()
                        .setExecution(report.getExecution())
                        .setFence(report.getFence())
                        .setAccepted(true)));
      }
    }

    @Override
    public StreamObserver<PushLogsRequest> pushLogs(StreamObserver<PushLogsResponse> responses) {
      logStreams.incrementAndGet();
      return new StreamObserver<>() {
        @Override
        public void onNext(PushLogsRequest chunk) {
          chunks.add(chunk);
          if (storesLogs || closesLogs) {
            long last = chunk.getFirstSequence() + chunk.getLineCount() - 1;
            responses.onNext(
                PushLogsResponse.newBuilder()
                    .setExecution(chunk.getExecution())
                    .setFence(chunk.getFence())
                    .setStoredSequence(
                        stored.merge(chunk.getExecution() + chunk.getFence(), last, Math::max))
                    .setClosed(closesLogs)
                    .build());
          }
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }
  }
}
