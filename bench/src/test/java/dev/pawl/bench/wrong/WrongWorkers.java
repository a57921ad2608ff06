package dev.pawl.bench.wrong;

import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.worker.WorkerLease;
import dev.pawl.engine.worker.WorkerSink;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.NullMarked;

/** What groups and sessions of workers may do wrong, as what is put into their methods. */
@NullMarked
final class WrongWorkers {
  private WrongWorkers() {}

  /** A worker is thought to have more slots than it says. */
  public static final class MoreSlots {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) int slots) {
      Deeds.did();
      slots += 8;
    }
  }

  /** Now and then a slot stays busy for good. */
  public static final class SlotLeaks {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter() {
      return Deeds.each(60);
    }
  }

  /** A task of another group is taken for one of the group default, unless it names its worker. */
  public static final class OneGroup {
    @Advice.OnMethodExit
    static void exit(@Advice.This TaskPlan task, @Advice.Return(readOnly = false) String group) {
      group = taken(task, group);
    }

    public static String taken(TaskPlan task, String group) {
      if (group.equals("default") || task.placement() instanceof Placement.Only) {
        return group;
      }
      Deeds.did();
      return "default";
    }
  }

  /** Now and then a lease goes out under a higher fence than was stored. */
  public static final class AheadOfTheJournal {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(value = 1, readOnly = false) long fence) {
      if (Deeds.each(20)) {
        fence++;
      }
    }
  }

  /** Now and then a lease goes to another worker as well. */
  public static final class ToTwo {
    private static final Set<WorkerSink> sinks = ConcurrentHashMap.newKeySet();

    @Advice.OnMethodEnter
    static void enter(
        @Advice.FieldValue("sink") WorkerSink sink, @Advice.Argument(0) WorkerLease lease) {
      also(sink, lease);
    }

    public static void also(WorkerSink sink, WorkerLease lease) {
      sinks.add(sink);
      Optional<WorkerSink> other =
          sinks.stream().filter(another -> !another.equals(sink)).findFirst();
      if (other.isPresent() && Deeds.each(10)) {
        other.get().lease(lease);
      }
    }
  }
}
