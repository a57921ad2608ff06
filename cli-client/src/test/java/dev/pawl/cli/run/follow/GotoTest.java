package dev.pawl.cli.run.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.Sample;
import dev.pawl.cli.Shell;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.cli.terminal.Screen;
import dev.pawl.covers.Covers;
import dev.pawl.v1.LocateTaskRunResponse;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.RunState;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run that is followed opens where somebody wants to look. */
class GotoTest {
  private static final int STEPS = 300;

  private record Terminal() implements Screen {
    @Override
    public boolean isInteractive() {
      return true;
    }

    @Override
    public boolean canAsk() {
      return false;
    }

    @Override
    public Size size() {
      return new Size(100, 15);
    }
  }

  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  @BeforeEach
  void a_run_of_many_steps_that_failed() {
    server.runs.put(Sample.run(RunState.RUN_STATE_FAILED));
    for (int i = 0; i < STEPS; i++) {
      server.runs.put(step(i));
    }
    server.watch.then(
        observer -> {
          observer.onNext(Facts.row("c0", RunState.RUN_STATE_FAILED));
          observer.onNext(Facts.snapshotEnd("c1"));
        });
  }

  private static TaskRun step(int index) {
    return Sample.step(
            "step-" + index,
            index == STEPS - 1
                ? TaskRunState.TASK_RUN_STATE_FAILED
                : TaskRunState.TASK_RUN_STATE_SUCCEEDED,
            1)
        .toBuilder()
        .setIndex(index)
        .setStartTime(Sample.ago(Duration.ofSeconds(30)))
        .setEndTime(Sample.ago(Duration.ofSeconds(10)))
        .build();
  }

  private void located(int index) {
    server.runs.located.set(
        LocateTaskRunResponse.newBuilder()
            .setTaskRun(step(index))
            .setMatches(1)
            .setTotalSteps(STEPS)
            .addLogLines(LogLine.newBuilder().setText("copying"))
            .addLogLines(LogLine.newBuilder().setText("disk full"))
            .build());
  }

  @Test
  @Covers("OBS-8")
  void lines_begin_with_the_step_that_failed_and_the_end_of_its_log() {
    located(STEPS - 1);

    Shell.Ran ran = shell.run("run", "watch", Sample.ID, "--goto", "failed");

    assertThat(ran.out())
        .contains(
            "Step step-299, 300 of 300: ✗ FAILED  20.0s\n"
                + "[step-299] copying\n"
                + "[step-299] disk full\n");
    assertThat(server.runs.sought.getFirst().getText()).isEmpty();
  }

  @Test
  void a_terminal_shows_the_wanted_step_though_there_is_no_room_for_all() {
    located(150);

    String out =
        shell
            .with("TERM", "xterm")
            .on(new Terminal())
            .run("run", "watch", Sample.ID, "--goto", "step-150")
            .out();
    String frame = out.substring(out.lastIndexOf("\u001b[?25l"), out.lastIndexOf("\u001b[?25h"));
    List<String> lines = frame.replace("\r", "").lines().map(Text::harmless).toList();

    assertThat(lines).anyMatch(line -> line.contains("✓ step-150"));
    assertThat(out).contains("disk full");
    assertThat(server.runs.sought.getFirst().getText()).isEqualTo("step-150");
  }

  @Test
  void a_name_that_no_step_has_is_said_and_the_run_is_followed_all_the_same() {
    Shell.Ran ran = shell.run("run", "watch", Sample.ID, "--goto", "nope");

    assertThat(ran.err()).contains("No step has nope in its name.");
    assertThat(ran.exitCode()).isEqualTo(10);
  }
}
