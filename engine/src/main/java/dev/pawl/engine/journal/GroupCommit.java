package dev.pawl.engine.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what entities write, as many entities in one transaction as there are waiting.
 *
 * <p>While one transaction is on its way to the disk the next one gathers: nobody waits for
 * company, and the more is written the less each fact costs. A transaction that PostgreSQL refuses
 * for what is in it is taken apart, so that a duplicate number fails its own entity and nobody
 * else.
 */
final class GroupCommit implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

  private static final String LOCK_TIMEOUT = "55P03";
  private static final String DEADLOCK = "40P01";
  private static final int ROWS = 1_000;
  private static final int BYTES = 4 * 1024 * 1024;

  /**
   * What one entity wants stored, all of it or nothing. Exactly one of the two outcomes is told,
   * once, by a thread that must not be held up.
   */
  interface Write extends RequestQueue.Request {
    List<FactRow> rows();

    void stored();
  }

  private final DataSource source;
  private final Runnable stored;
  private final IntSupplier life;
  private final JournalCounts counts;
  private final RequestQueue<Write> waiting;
  private final AtomicLong transactions = new AtomicLong();

  /**
   * Starts to write.
   *
   * @param writers transactions at once
   * @param life of the node that writes, see {@link JournalTable#insert}
   * @param stored called after each transaction
   * @param counts told of each transaction
   */
  GroupCommit(
      DataSource source, int writers, IntSupplier life, Runnable stored, JournalCounts counts) {
    this.source = source;
    this.life = life;
    this.stored = stored;
    this.counts = counts;
    this.waiting =
        new RequestQueue<>("pawl-journal-writer", writers, first -> store(gather(first)));
    waiting.start();
  }

  void add(Write write) {
    waiting.add(write);
  }

  /** Ends once what is under way is stored; what waits fails. */
  @Override
  public void close() {
    waiting.close();
  }

  private List<Write> gather(Write first) {
    List<Write> batch = new ArrayList<>();
    int rows = 0;
    long bytes = 0;
    for (Write next = first; next != null; next = waiting.poll()) {
      batch.add(next);
      rows += next.rows().size();
      bytes += next.rows().stream().mapToLong(row -> row.payload().length).sum();
      if (rows >= ROWS || bytes >= BYTES) {
        break;
      }
    }
    return batch;
  }

  private void store(List<Write> batch) {
    Connection connection;
    long before = transactions.get();
    try {
      connection = source.getConnection();
    } catch (SQLException e) {
      batch.forEach(write -> write.failed(e));
      if (transactions.get() == before) {
        // Nobody stores anything: each would wait as long for the same answer.
        waiting.failAll(e);
      }
      return;
    }
    try (connection) {
      if (!insert(connection, batch)) {
        for (Write write : batch) {
          insert(connection, List.of(write));
        }
      }
    } catch (SQLException e) {
      log.warn("a connection could not be given back; everyone on it has had an answer", e);
    }
  }

  /** Whether everyone in the batch was answered; else it must be taken apart. */
  private boolean insert(Connection connection, List<Write> batch) {
    List<FactRow> rows = batch.stream().flatMap(write -> write.rows().stream()).toList();
    long start = System.nanoTime();
    try {
      JournalTable.insert(connection, rows, life.getAsInt());
    } catch (SQLException e) {
      if (batch.size() > 1 && concernsContent(e)) {
        return false;
      }
      batch.forEach(write -> write.failed(e));
      return true;
    } catch (RuntimeException | Error e) {
      batch.forEach(write -> write.failed(e));
      throw e;
    }
    transactions.incrementAndGet();
    counts.committed(rows.size(), System.nanoTime() - start);
    batch.forEach(Write::stored);
    stored.run();
    return true;
  }

  /**
   * Whether PostgreSQL is well and refuses a row: a duplicate, or what may yet be one, a bad value,
   * a trigger's error.
   */
  private static boolean concernsContent(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("22")
        || state.startsWith("23")
        || state.startsWith("P0")
        // One of its numbers is in another transaction that has not ended.
        || state.equals(LOCK_TIMEOUT)
        || state.equals(DEADLOCK);
  }
}
