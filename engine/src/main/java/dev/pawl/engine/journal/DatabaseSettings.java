package dev.pawl.engine.journal;

/**
 * Where PostgreSQL is.
 *
 * @param url a JDBC URL, without user and password
 * @param journalConnections of the pool that the journal writes with
 * @param viewConnections of the pool that everything else uses
 */
public record DatabaseSettings(
    String url, String user, String password, int journalConnections, int viewConnections) {

  @Override
  public String toString() {
    return "DatabaseSettings[url=%s, user=%s]".formatted(url, user);
  }
}
