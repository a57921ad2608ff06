package dev.pawl.cli.run.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.Sample;
import dev.pawl.cli.Shell;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.cli.terminal.Screen;
import dev.pawl.v1.RunState;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  private record Terminal(int columns, int rows) implements Screen {
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
      return new Size(columns, rows);
    }
  }

  private static List<String> lastFrame(String out) {
    String frame = out.substring(out.lastIndexOf("\u001b[?25l"), out.lastIndexOf("\u001b[?25h"));
    return frame.replace("\r", "").lines().map(Text::harmless).toList();
  }

  private static Shell.Ran follow(Terminal terminal, int steps) {
    try (FakeServer server = new FakeServer()) {
      server.runs.put(Sample.run(RunState.RUN_STATE_FAILED));
      IntStream.range(0, steps)
          .mapToObj(
              i ->
                  Sample.step(
                      "step-with-a-rather-long-name-" + i,
                      i == steps - 1
                          ? TaskRunState.TASK_RUN_STATE_FAILED
                          : TaskRunState.TASK_RUN_STATE_SUCCEEDED,
                      1))
          .map(step -> withTimes(step))
          .forEach(server.runs::put);
      server.watch.then(
          observer -> {
            observer.onNext(Facts.row("c0", RunState.RUN_STATE_FAILED));
            observer.onNext(Facts.snapshotEnd("c1"));
          });
      return Shell.at(server.address())
          .with("TERM", "xterm")
          .on(terminal)
          .run("run", "watch", Sample.ID);
    }
  }

  private static TaskRun withTimes(TaskRun step) {
    return step.toBuilder()
        .setStartTime(Sample.ago(Duration.ofSeconds(30)))
        .setEndTime(Sample.ago(Duration.ofSeconds(10)))
        .build();
  }

  @Test
  void every_step_is_shown_in_order_when_there_is_room() {
    List<String> frame = lastFrame(follow(new Terminal(100, 40), 3).out());

    assertThat(frame.getFirst()).contains("Run 07f3k2xy  upgrade v12").contains("by operator-1");
    assertThat(frame).anyMatch(line -> line.contains("✓ step-with-a-rather-long-name-0  20.0s"));
    assertThat(frame).anyMatch(line -> line.contains("✗ step-with-a-rather-long-name-2  20.0s"));
    assertThat(frame).anyMatch(line -> line.contains("3/3 steps   elapsed 3m 31s"));
  }

  @Test
  void a_frame_fits_the_terminal_and_shows_what_failed_first() {
    List<String> frame = lastFrame(follow(new Terminal(60, 15), 300).out());

    assertThat(frame).hasSizeLessThan(15).allMatch(line -> Text.width(line) <= 60);
    assertThat(frame).anyMatch(line -> line.contains("✗ step-with-a-rather-long-name-299"));
    assertThat(frame).anyMatch(line -> line.matches(".*… 29\\d more done"));
  }

  @Test
  void a_dumb_terminal_gets_lines() {
    try (FakeServer server = new FakeServer()) {
      server.runs.put(Sample.run(RunState.RUN_STATE_SUCCEEDED));
      server.watch.then(
          observer -> {
            observer.onNext(Facts.row("c0", RunState.RUN_STATE_SUCCEEDED));
            observer.onNext(Facts.snapshotEnd("c1"));
          });

      Shell.Ran ran =
          Shell.at(server.address())
              .with("TERM", "dumb")
              .on(new Terminal(80, 24))
              .run("run", "watch", Sample.ID);

      assertThat(ran.out()).doesNotContain("\u001b").contains("SUCCEEDED");
    }
  }

  @Test
  void what_a_worker_prints_cannot_move_the_cursor() {
    assertThat(Text.harmless("a\u001b[2Jb\u001b]0;title\u0007c\rd\te")).isEqualTo("abcd    e");
  }
}
