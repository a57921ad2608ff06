package dev.pawl.bench.chaos.fault;

import dev.pawl.bench.chaos.node.ProcessState;
import dev.pawl.bench.chaos.node.WorkerProcess;
import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.proxy.FaultProxy;
import dev.pawl.bench.proxy.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A worker that is killed, stands still, or reaches no node.
 *
 * @param index of the worker, from 0
 */
record WorkerFault(Way way, int index, String target, Duration lasts) implements Fault {
  /** What is done to it. */
  enum Way {
    KILL,
    PAUSE,
    CUT_OFF
  }

  @Override
  public Kind kind() {
    return Kind.WORKER;
  }

  @Override
  public String detail() {
    return switch (way) {
      case KILL -> "SIGKILL, down for %d ms".formatted(lasts.toMillis());
      case PAUSE -> "SIGSTOP for %d ms".formatted(lasts.toMillis());
      case CUT_OFF -> "no node in reach for %d ms".formatted(lasts.toMillis());
    };
  }

  @Override
  public Blow strike(Scene scene) throws IOException, InterruptedException {
    WorkerProcess worker = scene.cluster().workers().get(index);
    return switch (way) {
      case KILL -> kill(worker);
      case PAUSE -> pause(worker);
      case CUT_OFF -> cutOff(worker, scene.cluster().fronts());
    };
  }

  private static Blow kill(WorkerProcess worker) throws IOException, InterruptedException {
    int busy = worker.busy();
    long pid = worker.process().pid();
    worker.kill();
    return () -> {
      worker.startAgain();
      return new Evidence(
          true,
          "process %d is %d now; it had %d pieces of work"
              .formatted(pid, worker.process().pid(), busy));
    };
  }

  private static Blow pause(WorkerProcess worker) throws IOException, InterruptedException {
    int busy = worker.busy();
    long pid = worker.process().pid();
    worker.process().pause();
    return () -> {
      boolean stood = ProcessState.isStopped(pid);
      worker.process().goOn();
      return new Evidence(
          stood,
          "process %d %s; it had %d pieces of work"
              .formatted(pid, stood ? "stood still" : "did not stand", busy));
    };
  }

  private static Blow cutOff(WorkerProcess worker, List<FaultProxy> fronts) throws IOException {
    int busy = worker.busy();
    List<FaultProxy.Counts> before = fronts.stream().map(FaultProxy::counts).toList();
    fronts.forEach(front -> front.rule(worker.place().source(), new Rule.Blackhole()));
    return () -> {
      long held = 0;
      for (int i = 0; i < fronts.size(); i++) {
        held += fronts.get(i).counts().since(before.get(i)).held();
      }
      fronts.forEach(front -> front.forget(worker.place().source()));
      return new Evidence(
          held > 0, "%d pieces held; it had %d pieces of work".formatted(held, busy));
    };
  }
}
