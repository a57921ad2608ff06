package dev.pawl.engine.view;

import dev.pawl.engine.run.RunId;
import java.util.List;
import java.util.Optional;

/**
 * A page of a snapshot.
 *
 * @param only the runs that it shows, ended or not; when there are none, every run that has not
 *     ended
 * @param filter what holds of each of them besides
 * @param behind where the page before ended; the first page when empty
 * @param size how many it shows at most
 */
public record SnapshotQuery(
    List<RunId> only, RunFilter filter, Optional<SnapshotKey> behind, int size) {
  public SnapshotQuery {
    only = List.copyOf(only);
  }
}
