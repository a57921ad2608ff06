package dev.pawl.bench.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.bench.BenchFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CpuTimeTest {
  private static final String BURN = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";

  @Test
  void a_tree_counts_children_that_run_and_children_that_have_ended() throws Exception {
    // The inner shell ends and is waited for; then the outer one tells us, and waits.
    Process shell =
        new ProcessBuilder("sh", "-c", "sh -c '%s'; echo done; read line; true".formatted(BURN))
            .start();
    try (var said = shell.inputReader()) {
      assertThat(said.readLine()).isEqualTo("done");
      double tree = CpuTime.secondsOfTree(shell.pid());

      assertThat(tree).isPositive();
      assertThat(CpuTime.secondsOf(shell.pid())).isLessThan(tree);
      assertThat(CpuTime.secondsOfTree(ProcessHandle.current().pid())).isGreaterThan(tree);
    } finally {
      shell.destroy();
    }
  }

  @Test
  void a_process_that_is_gone_is_no_process_of_no_cost() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();

    assertThatThrownBy(() -> CpuTime.secondsOf(gone.pid())).isInstanceOf(BenchFailure.class);
  }
}
