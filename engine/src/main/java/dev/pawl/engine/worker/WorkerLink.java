package dev.pawl.engine.worker;

/** A connected worker as the gateway sees it: what arrives on the stream goes in here. */
public interface WorkerLink {

  void report(WorkerReport report);

  void heartbeat();

  /** No more leases; running work goes on. Answered once, by {@link WorkerSink#drained}. */
  void drain();

  /** The stream is gone. */
  void disconnected();
}
