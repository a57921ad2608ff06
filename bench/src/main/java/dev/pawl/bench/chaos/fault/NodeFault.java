package dev.pawl.bench.chaos.fault;

import dev.pawl.bench.chaos.node.ProcessState;
import dev.pawl.bench.chaos.node.ServerNode;
import dev.pawl.bench.history.Fault.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A node that is killed, or stopped where it stands.
 *
 * @param number of the node, from 1
 */
record NodeFault(Kind kind, int number, Duration lasts) implements Fault {
  @Override
  public String target() {
    return "node" + number;
  }

  @Override
  public String detail() {
    return kind == Kind.KILL
        ? "SIGKILL, down for %d ms".formatted(lasts.toMillis())
        : "SIGSTOP for %d ms".formatted(lasts.toMillis());
  }

  @Override
  public Blow strike(Scene scene) throws IOException, InterruptedException, SQLException {
    ServerNode node = scene.cluster().nodes().get(number - 1);
    return kind == Kind.KILL ? kill(scene, node) : pause(scene, node);
  }

  private static Blow kill(Scene scene, ServerNode node)
      throws IOException, InterruptedException, SQLException {
    Scene.UnderWay underWay = scene.underWay();
    long burials = scene.cluster().burials(node);
    long brokenBefore = scene.brokenStreams();
    long pid = node.process().pid();
    node.killAndHold();
    return () -> {
      node.release();
      node.awaitServing();
      return new Evidence(
          node.process().pid() != pid && underWay.any(),
          "process %d is %d now; %s; %d streams broke; found dead %d times"
              .formatted(
                  pid,
                  node.process().pid(),
                  underWay,
                  scene.brokenStreams() - brokenBefore,
                  scene.cluster().burials(node) - burials));
    };
  }

  private static Blow pause(Scene scene, ServerNode node)
      throws IOException, InterruptedException, SQLException {
    Scene.UnderWay underWay = scene.underWay();
    long burials = scene.cluster().burials(node);
    long pid = node.process().pid();
    node.process().pause();
    return () -> {
      boolean stood = ProcessState.isStopped(pid);
      node.process().goOn();
      node.awaitServing();
      return new Evidence(
          stood && underWay.any(),
          "process %d %s; %s; found dead %d times; afterwards process %d"
              .formatted(
                  pid,
                  stood ? "stood still" : "did not stand",
                  underWay,
                  scene.cluster().burials(node) - burials,
                  node.process().pid()));
    };
  }
}
