package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.server.FakeServer;
import dev.pawl.covers.Covers;
import dev.pawl.v1.DeletedObject;
import dev.pawl.v1.ObjectName;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people see and say of the objects that runs are about. */
class ObjectCommandsTest {
  private static final ObjectName CLUSTER =
      ObjectName.newBuilder().setKind("cluster").setName("obdemo").build();

  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @Covers("OCP-50")
  void an_object_is_marked_as_deleted_listed_and_unmarked() {
    Shell.Ran marked =
        shell.run("object", "mark-deleted", "cluster=obdemo", "--reason", "scrapped");
    assertThat(marked.out()).isEqualTo("Marked cluster=obdemo as deleted\n");
    assertThat(server.objects.marked.getLast().getObject()).isEqualTo(CLUSTER);
    assertThat(server.objects.marked.getLast().getReason()).isEqualTo("scrapped");
    assertThat(server.objects.marked.getLast().getParent()).isEqualTo("projects/default");

    server.objects.gone.add(
        DeletedObject.newBuilder()
            .setObject(CLUSTER)
            .setDeleteTime(Sample.ago(Duration.ofMinutes(3)))
            .setPrincipal("operator-1")
            .setReason("scrapped")
            .build());
    Golden.check("object-list-deleted", shell.run("object", "list-deleted").out());

    assertThat(shell.run("object", "unmark-deleted", "cluster=obdemo").exitCode()).isZero();
    assertThat(server.objects.unmarked.getLast().getObject()).isEqualTo(CLUSTER);
    assertThat(shell.run("object", "mark-deleted", "obdemo").exitCode()).isEqualTo(2);
  }
}
