package dev.pawl.engine.journal;

/**
 * Where PostgreSQL is.
 *
 * @param url a JDBC URL, without user and password
 * @param journalConnections of the journal: half of them write, half read for entities that begin
 * @param viewConnections of the pool that everything else uses
 */
public record DatabaseSettings(
    String url, String user, String password, int journalConnections, int viewConnections) {

  @Override
  public String toString() {
    return "DatabaseSettings[url=%s, user=%s]".formatted(url, user);
  }
}
