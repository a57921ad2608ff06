package dev.pawl.dev.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.engine.EngineSettings;
import dev.pawl.engine.log.LogsKept;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigurationTest {
  private static final String EVERYWHERE =
      "pawl { listen.address = \"0.0.0.0\", insecure-network = true,"
          + " cluster.advertised-address = \"10.0.0.7\" }";

  @TempDir private Path directory;

  @Test
  void the_documented_file_is_the_default_and_listens_on_loopback() throws Exception {
    ServerConfiguration documented =
        ServerConfiguration.read(Path.of("src/main/dist/conf/server.conf"));
    assertThat(documented).isEqualTo(read(""));
    assertThat(documented.address().isLoopbackAddress()).isTrue();
    assertThat(documented.port()).isEqualTo(7171);
    assertThat(documented.trustedNetwork()).isFalse();
    assertThat(documented.metrics()).contains(new InetSocketAddress("127.0.0.1", 7173));
    assertThat(documented.database().requireDurability()).isTrue();
    assertThat(documented.leaseTimeToLive()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void a_file_changes_what_it_names_and_nothing_else() throws Exception {
    ServerConfiguration read =
        read("pawl { listen.port = 9000, database { user = admin, view-connections = 3 } }");
    assertThat(read.port()).isEqualTo(9000);
    assertThat(read.database().user()).isEqualTo("admin");
    assertThat(read.database().viewConnections()).isEqualTo(3);
    assertThat(read.database().journalConnections())
        .isEqualTo(read("").database().journalConnections());
  }

  @Test
  void the_password_comes_from_its_file_and_is_never_shown() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "hush\n");
    ServerConfiguration read = read("pawl.database.password-file = \"" + secret + "\"");
    assertThat(read.database().password()).isEqualTo("hush");
    assertThat(read.toString()).doesNotContain("hush");
  }

  @Test
  void an_address_of_the_network_needs_consent() throws Exception {
    refused("pawl.listen.address = \"0.0.0.0\"", "insecure-network = true");
    refused(
        "pawl { listen.address = \"0.0.0.0\", insecure-network = true }",
        "cluster.advertised-address is needed");
    ServerConfiguration consented = read(EVERYWHERE);
    assertThat(consented.trustedNetwork()).isTrue();
    assertThat(consented.address().isAnyLocalAddress()).isTrue();
  }

  @Test
  void metrics_are_where_the_node_listens_on_loopback_or_where_it_is_said() throws Exception {
    assertThat(read("pawl.listen.address = \"127.0.0.2\"").metrics())
        .contains(new InetSocketAddress("127.0.0.2", 7173));
    assertThat(read(EVERYWHERE).metrics()).contains(new InetSocketAddress("127.0.0.1", 7173));
    assertThat(
            read("pawl { metrics { address = \"0.0.0.0\", port = 9 }, insecure-network = true }")
                .metrics())
        .contains(new InetSocketAddress("0.0.0.0", 9));
    assertThat(read("pawl.metrics.port = off").metrics()).isEmpty();
    assertThat(read("pawl.metrics.port = 0").metrics())
        .contains(new InetSocketAddress("127.0.0.1", 0));
    refused("pawl.metrics.address = \"0.0.0.0\"", "metrics.address 0.0.0.0 is reachable");
  }

  @Test
  void the_audit_is_kept_for_a_year_and_some_or_as_long_as_is_said_or_for_ever() throws Exception {
    assertThat(read("").auditKept()).contains(EngineSettings.AUDIT_KEPT);
    assertThat(read("pawl.audit.retention = 30d").auditKept()).contains(Duration.ofDays(30));
    assertThat(read("pawl.audit.retention = off").auditKept()).isEmpty();
  }

  @Test
  void logs_are_kept_for_a_season_or_as_long_as_is_said_and_take_what_they_may() throws Exception {
    assertThat(read("").logsKept()).isEqualTo(LogsKept.USUAL);
    assertThat(read("pawl.logs { retention = 7d, max-size = 20G }").logsKept())
        .isEqualTo(new LogsKept(Optional.of(Duration.ofDays(7)), OptionalLong.of(20L << 30)));
    assertThat(read("pawl.logs.retention = off").logsKept())
        .isEqualTo(new LogsKept(Optional.empty(), OptionalLong.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pawl.listen.prot = 1                       | did you mean pawl.listen.port?
          pawl.listen.port = 70000                   | must be 0 to 65535
          pawl.listen.port = many                    | listen.port
          pawl.metrics.port = 70000                  | must be 0 to 65535
          pawl.metrics.port = of                     | metrics.port
          pawl.database.journal-connections = 1      | must be 2 to 1000
          pawl.database.url = "jdbc:mysql://h/d"     | must begin with jdbc:postgresql:
          pawl.database.url = "jdbc:postgresql://h/d?password=x" | must not hold
          pawl.lease.time-to-live = 5s               | at least twice
          pawl.command-timeout = -1s                 | must be above 0
          pawl.audit.retention = 1h                  | must be off, or 1 to 36500 days
          pawl.audit.retention = of                  | audit.retention
          pawl.logs.retention = 23h                  | logs.retention must be off, or 1 to 36500 days
          pawl.logs.retention = of                   | logs.retention
          pawl.logs.max-size = 1M                    | logs.max-size must be off, or at least 64 MiB
          pawl.logs.max-size = -1                    | logs.max-size
          pawl.logs.max-size = of                    | logs.max-size
          pawl.database.password-file = "/no/such"   | cannot be read
          pawl.security.tokens-file = "/no/such"     | no file that can be read
          pawl {                                     | cannot be used
          """)
  void what_makes_no_sense_is_refused_naming_it(String text, String words) {
    refused(text, words);
  }

  @Test
  void a_missing_file_is_refused_naming_it() {
    assertThatThrownBy(() -> ServerConfiguration.read(directory.resolve("absent.conf")))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("absent.conf");
  }

  private void refused(String text, String words) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining(words);
  }

  private ServerConfiguration read(String text) throws Exception {
    return ServerConfiguration.read(Files.writeString(directory.resolve("server.conf"), text));
  }
}
