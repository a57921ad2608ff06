package dev.pawl.bench.history.world;

import static dev.pawl.bench.history.world.Timeline.MS;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Watch;
import java.util.List;
import java.util.Set;

/** A subscriber of the world: its feed is the journal in the order of its rows. */
final class SimSubscriber {
  private final World world;
  private final String name;
  private final Watch.Mode mode;
  private final Set<String> runs;
  private String subscription = "";
  private String cursor = "";
  private String older = "";
  private int streams;
  private int next;
  private boolean open;
  private boolean due;

  SimSubscriber(World world, String name, Watch.Mode mode, Set<String> runs) {
    this.world = world;
    this.name = name;
    this.mode = mode;
    this.runs = runs;
    world.book.follow(this::wake);
  }

  void open(Watch.From from) {
    open(from, "");
  }

  private void open(Watch.From from, String with) {
    streams++;
    subscription = name + "-" + streams;
    open = true;
    Set<String> kinds = mode == Watch.Mode.FILTERED ? Set.of("execution") : Set.of();
    world.book.write(
        new Watch.Subscribed(
            subscription, name, world.time.now(), "node-1", from, with, mode, kinds, runs));
    switch (from) {
      case BEGINNING -> next = 0;
      case NOW -> next = world.book.rows().size();
      case CURSOR -> next = Integer.parseInt(with.substring(1));
      case SNAPSHOT -> {
        for (SimRun run : world.runs()) {
          if (run.sequence() > 0) {
            world.book.write(
                new Watch.SnapshotRow(
                    subscription, world.time.now(), run.id, run.sequence(), run.state()));
          }
        }
        next = world.book.rows().size();
        cursor = "c" + next;
        world.book.write(new Watch.SnapshotEnd(subscription, world.time.now(), cursor));
      }
    }
    wake();
  }

  /** It goes away and comes back with the cursor that it got last, or with an older one. */
  void comeBack(Watch.End by, boolean withOlder) {
    if (!open || cursor.isEmpty()) {
      return;
    }
    open = false;
    String reason =
        switch (by) {
          case SERVER -> "RESOURCE_EXHAUSTED READER_TOO_SLOW";
          case BROKEN -> "UNAVAILABLE";
          case SUBSCRIBER, SETTLED -> "";
        };
    world.book.write(
        new Watch.Closed(
            subscription, world.time.now(), by, reason, by == Watch.End.SERVER ? cursor : ""));
    String with = withOlder && !older.isEmpty() ? older : cursor;
    world.time.in(world.time.between(5 * MS, 60 * MS), () -> open(Watch.From.CURSOR, with));
  }

  void settle() {
    if (open) {
      deliver();
      world.book.write(new Watch.Closed(subscription, world.time.now(), Watch.End.SETTLED, "", ""));
      open = false;
    }
  }

  private void wake() {
    if (open && !due) {
      due = true;
      world.time.in(
          world.time.between(MS, 15 * MS),
          () -> {
            due = false;
            if (open) {
              deliver();
            }
          });
    }
  }

  private void deliver() {
    List<Fact> rows = world.book.rows();
    older = cursor;
    boolean told = false;
    for (; next < rows.size(); next++) {
      Fact fact = rows.get(next);
      if (!inScope(fact)) {
        continue;
      }
      told = true;
      cursor = "c" + (next + 1);
      world.book.write(
          new Watch.Delivered(
              subscription,
              world.time.now(),
              fact.entity(),
              fact.sequence(),
              fact.shown(),
              cursor));
    }
    if (!told && world.time.chance(20)) {
      cursor = "c" + next;
      world.book.write(new Watch.Bookmark(subscription, world.time.now(), cursor));
    }
  }

  private boolean inScope(Fact fact) {
    if (mode == Watch.Mode.FILTERED) {
      // Only what became a success.
      return fact.entity().startsWith("execution|") && fact.after().equals("SUCCEEDED");
    }
    if (runs.isEmpty()) {
      return true;
    }
    String bare = fact.entity().substring(fact.entity().indexOf('|') + 1);
    int slash = bare.indexOf('/');
    return runs.contains(slash < 0 ? bare : bare.substring(0, slash));
  }
}
