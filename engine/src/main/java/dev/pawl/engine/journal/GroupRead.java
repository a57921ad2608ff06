package dev.pawl.engine.journal;

import dev.pawl.engine.journal.JournalTable.Wanted;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Reads what entities begin with, as many entities in one query as there are waiting: being born
 * costs a share of a query, and a node that starts again reads in long strides.
 */
final class GroupRead implements AutoCloseable {
  private static final int ENTITIES = 200;

  /**
   * One entity that begins. It is told its facts in order, and then exactly one of the two ends.
   */
  interface Read extends Consumer<FactRow>, RequestQueue.Request {
    Wanted wanted();

    /** Takes the next fact. Throws nothing: what is wrong with a fact is told at the end. */
    @Override
    void accept(FactRow row);

    void complete();
  }

  private final DataSource source;
  private final RequestQueue<Read> waiting;

  /**
   * Starts to read.
   *
   * @param readers queries at once
   */
  GroupRead(DataSource source, int readers) {
    this.source = source;
    this.waiting = new RequestQueue<>("pawl-journal-reader", readers, first -> read(gather(first)));
    waiting.start();
  }

  void add(Read read) {
    waiting.add(read);
  }

  /** Ends once what is under way is read; what waits fails. */
  @Override
  public void close() {
    waiting.close();
  }

  private List<Read> gather(Read first) {
    List<Read> batch = new ArrayList<>();
    for (Read next = first; next != null; next = waiting.poll()) {
      batch.add(next);
      if (batch.size() == ENTITIES) {
        break;
      }
    }
    return batch;
  }

  private void read(List<Read> batch) {
    try (Connection connection = source.getConnection()) {
      List<Wanted> wanted = batch.stream().map(Read::wanted).toList();
      BitSet present = JournalTable.present(connection, wanted);
      if (!present.isEmpty()) {
        // Rows come by and by: the facts of large runs need not fit into memory together.
        connection.setAutoCommit(false);
        JournalTable.select(
            connection,
            present.stream().mapToObj(wanted::get).toList(),
            present.stream().mapToObj(batch::get).toList());
        connection.commit();
      }
    } catch (SQLException e) {
      batch.forEach(read -> read.failed(e));
      return;
    } catch (RuntimeException | Error e) {
      batch.forEach(read -> read.failed(e));
      throw e;
    }
    batch.forEach(Read::complete);
  }
}
