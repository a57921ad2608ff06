package dev.pawl.engine.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The record of every command. It decides nothing. */
public interface Audit {

  /**
   * Records a command that left no fact: one that was refused, that changed nothing, or of which
   * the outcome is not known. Does not wait: the row is stored within a second, together with
   * others. When more come than can be stored some are dropped; that is counted and logged.
   */
  void record(AuditRow row);

  /**
   * The commands on a project's runs and definitions, newest first.
   *
   * @param afterKey of a page: goes on behind it
   */
  CompletionStage<Listed> list(
      String project, AuditFilter filter, Optional<String> afterKey, int size);

  /**
   * One page.
   *
   * @param next the key to go on behind; empty on the last page
   * @param total of all pages, counted up to 10,000
   * @param asOf what was accepted before this instant is in it
   */
  record Listed(List<AuditRow> rows, Optional<String> next, long total, Instant asOf) {
    public Listed {
      rows = List.copyOf(rows);
    }
  }
}
