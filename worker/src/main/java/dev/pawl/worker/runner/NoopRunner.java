package dev.pawl.worker.runner;

import com.google.protobuf.Struct;
import dev.pawl.worker.time.Durations;
import java.time.Duration;

/** Does nothing, for a while when told so, and succeeds. */
public final class NoopRunner implements Runner {
  @Override
  public Result run(Work work) throws InterruptedException {
    Duration duration = Durations.toJava(work.action().getNoop().getDuration());
    if (duration.isPositive() && work.stop().await(duration)) {
      return Result.DONE;
    }
    return DeclaredOutputs.check(Struct.getDefaultInstance(), work.spec().getOutputsList());
  }
}
