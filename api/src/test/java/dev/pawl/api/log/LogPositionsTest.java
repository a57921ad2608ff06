package dev.pawl.api.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.pawl.api.definition.ContractPlanReader;
import dev.pawl.api.fake.Samples;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.log.LogKey;
import dev.pawl.v1.Definition;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LogPositionsTest {
  private static final int TASKS = 10_000;

  private final Plan plan = plan();

  private static Plan plan() {
    WorkflowSpec.Builder workflow = WorkflowSpec.newBuilder().setName("wide").setMaxInFlight(10);
    for (int i = 0; i < TASKS; i++) {
      workflow.addTasks(TaskSpec.newBuilder().setName("t" + i).setExecute(Samples.noop()));
    }
    ByteString content = Definition.newBuilder().setWorkflow(workflow).build().toByteString();
    return new ContractPlanReader().read(content);
  }

  private static LogKey key(int task, long fence) {
    return new LogKey(new ExecutionId(Samples.RUN, "t" + task, 0), fence);
  }

  @Test
  void positions_survive_the_way_to_the_reader_and_back() throws IOException {
    LogPositions positions = new LogPositions(Samples.RUN, plan);
    positions.end(key(3, 1));
    positions.end(key(9_999, 7));
    positions.advance(key(4, 1), 17);
    LogPositions read = LogPositions.read(Samples.RUN, plan, positions.write());
    assertThat(read.ended(key(3, 1))).isTrue();
    assertThat(read.ended(key(9_999, 7))).isTrue();
    assertThat(read.ended(key(3, 7))).isFalse();
    assertThat(read.next(key(4, 1))).isEqualTo(17);
    assertThat(read.next(key(5, 1))).isEqualTo(1);
  }

  @Test
  void a_run_of_10_000_steps_has_a_cursor_that_every_message_can_carry() {
    LogPositions positions = new LogPositions(Samples.RUN, plan);
    for (int i = 0; i < TASKS; i++) {
      if (i % 7 != 0) {
        positions.end(key(i, 1 + i % 2));
      }
    }
    for (int i = 0; i < 100; i++) {
      positions.advance(key(i * 7, 1), 1_000 + i);
    }
    assertThat(positions.write()).hasSizeLessThan(4_000);
  }
}
