package dev.pawl.bench.wrong;

import dev.pawl.engine.journal.Fact;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** What the journal and the views may do wrong, as what is put into their methods. */
@NullMarked
final class WrongJournals {
  private WrongJournals() {}

  /** Now and then a further version of a definition is acknowledged and not stored. */
  public static final class LosesSubmissions {
    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(value = 1, readOnly = false, typing = Assigner.Typing.DYNAMIC)
            Object rows) {
      rows = Rows.without(rows, "workflow|", 2);
    }
  }

  /** Now and then what a report led to is acknowledged and not stored. */
  public static final class LosesReports {
    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(value = 1, readOnly = false, typing = Assigner.Typing.DYNAMIC)
            Object rows) {
      rows = Rows.without(rows, "execution|", 25);
    }
  }

  /** Losing rows that were to be stored; public, since it is called from the journal. */
  public static final class Rows {
    private Rows() {}

    /** Leaves out one of so many rows of a kind of entity, but not the first of an entity. */
    public static Object without(Object rows, String kind, int each) {
      List<Object> kept = new ArrayList<>();
      for (Object row : (List<?>) rows) {
        String entity = String.valueOf(component(row, "persistenceId"));
        if (!entity.startsWith(kind)
            || component(row, "sequence").equals(1L)
            || !Deeds.each(each)) {
          kept.add(row);
        }
      }
      // An insert of nothing would be taken for one of a node that was given up.
      return kept.isEmpty() ? rows : kept;
    }
  }

  private static Object component(Object row, String name) {
    for (RecordComponent component : row.getClass().getRecordComponents()) {
      if (component.getName().equals(name)) {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        try {
          return accessor.invoke(row);
        } catch (IllegalAccessException | InvocationTargetException e) {
          throw new IllegalStateException("%s of %s cannot be read".formatted(name, row), e);
        }
      }
    }
    throw new IllegalStateException("%s has no %s".formatted(row, name));
  }

  /** The last fact of an execution is not replayed. */
  public static final class ReplayDropsLast {
    private static final Map<Object, Object> heldBack = new ConcurrentHashMap<>();

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(
        @Advice.This Object replay,
        @Advice.Argument(value = 0, readOnly = false, typing = Assigner.Typing.DYNAMIC)
            Object row) {
      Object before = before(replay, row);
      row = before == null ? row : before;
      return before == null;
    }

    /** What to replay instead of a fact; null for nothing yet. */
    public static @Nullable Object before(Object replay, Object row) {
      if (!String.valueOf(component(row, "persistenceId")).startsWith("execution|")) {
        return row;
      }
      Object before = heldBack.put(replay, row);
      if (before == null) {
        Deeds.did();
      }
      return before;
    }
  }

  /** Now and then the ends of tasks are not counted into the run's row. */
  public static final class ViewPassesOver {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Optional<?> row,
        @Advice.Argument(1) dev.pawl.engine.feed.FeedEntry.OfRun entry,
        @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object after) {
      if (row.isPresent() && endsTasks(entry.fact()) && Deeds.each(10)) {
        after = row.get();
      }
    }

    public static boolean endsTasks(Fact fact) {
      return fact instanceof RunFact run && run.event() instanceof RunEvent.StepsEnded;
    }
  }
}
