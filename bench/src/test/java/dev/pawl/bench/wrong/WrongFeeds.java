package dev.pawl.bench.wrong;

import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.NullMarked;

/** What the feed and its readers may do wrong, as what is put into their methods. */
@NullMarked
final class WrongFeeds {
  /** Watchers read so many at a time, and nobody else does. */
  private static final int OF_WATCHERS = 64;

  private WrongFeeds() {}

  /** A cursor is read as if it were one row further. */
  public static final class CursorAhead {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) FeedPosition position) {
      Deeds.did();
      position = new FeedPosition(position.epoch(), position.xid(), position.ordering() + 1);
    }
  }

  /** A cursor is read as if it were one row less far. */
  public static final class CursorBack {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) FeedPosition position) {
      Deeds.did();
      position = new FeedPosition(position.epoch(), position.xid(), position.ordering() - 1);
    }
  }

  /** Now and then a watcher is not given one of some facts. */
  public static final class PassesOver {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(1) int max, @Advice.Return(readOnly = false) List<FeedEntry> entries) {
      entries = without(max, entries);
    }

    public static List<FeedEntry> without(int max, List<FeedEntry> entries) {
      if (max != OF_WATCHERS || entries.size() < 3 || !Deeds.each(5)) {
        return entries;
      }
      List<FeedEntry> fewer = new ArrayList<>(entries);
      fewer.remove(1);
      return fewer;
    }
  }

  /** Now and then a watcher is given one fact twice. */
  public static final class ShowsTwice {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(1) int max, @Advice.Return(readOnly = false) List<FeedEntry> entries) {
      entries = twice(max, entries);
    }

    public static List<FeedEntry> twice(int max, List<FeedEntry> entries) {
      if (max != OF_WATCHERS || entries.isEmpty() || !Deeds.each(20)) {
        return entries;
      }
      List<FeedEntry> more = new ArrayList<>(entries);
      more.addFirst(entries.getFirst());
      return more;
    }
  }

  /** Now and then a watcher waits for ever. */
  public static final class FallsSilent {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(1) int max,
        @Advice.Return(readOnly = false) CompletionStage<List<FeedEntry>> entries) {
      if (max == OF_WATCHERS && Deeds.each(200)) {
        entries = new CompletableFuture<>();
      }
    }
  }

  /** The journal is read without regard to transactions that are still open. */
  public static final class NoHorizon {
    private static final String HORIZON = " AND xid < pg_snapshot_xmin(pg_current_snapshot())";

    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(value = 0, readOnly = false) Connection connection) {
      connection = without(connection);
    }

    public static Connection without(Connection connection) {
      return (Connection)
          Proxy.newProxyInstance(
              NoHorizon.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (_, method, arguments) -> {
                if (method.getName().equals("prepareStatement")
                    && arguments[0] instanceof String sql
                    && sql.contains(HORIZON)) {
                  arguments[0] = sql.replace(HORIZON, "");
                  Deeds.did();
                }
                try {
                  return method.invoke(connection, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  /** Every watcher is shown every fact. */
  public static final class OutOfScope {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean shows) {
      if (!shows) {
        Deeds.did();
      }
      shows = true;
    }
  }

  /** The views are said to have got to any place. */
  public static final class AnyPlace {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) CompletionStage<Void> passed) {
      Deeds.did();
      passed = CompletableFuture.completedFuture(null);
    }
  }

  /** A message names the state before its fact as the one after it. */
  public static final class StateBefore {
    @Advice.OnMethodExit
    static void exit(@Advice.Return dev.pawl.v1.Event.Builder event) {
      if (!event.getStateBefore().isEmpty() && Deeds.each(25)) {
        event.setStateAfter(event.getStateBefore());
      }
    }
  }
}
