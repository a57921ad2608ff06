package dev.pawl.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
  @Test
  void addresses_are_hosts_and_ports() {
    assertThat(ServerAddress.parseAll("one:1, two ,[::1]:3,[::2],127.0.0.1:7171"))
        .containsExactly(
            new ServerAddress("one", 1),
            new ServerAddress("two", 7171),
            new ServerAddress("::1", 3),
            new ServerAddress("::2", 7171),
            new ServerAddress("127.0.0.1", 7171));
    assertThat(ServerAddress.parse("[::1]:3")).hasToString("[::1]:3");
  }

  @Test
  void a_server_that_is_named_twice_counts_once() {
    assertThat(ServerAddress.parseAll("one:1,two:2,one:1")).hasSize(2);
  }

  @Test
  void the_message_names_the_malformed_one_and_what_is_wrong() {
    assertThatThrownBy(() -> ServerAddress.parseAll("one:1,two:x"))
        .hasMessage(
            "\"two:x\" is no address such as 127.0.0.1:7171: a colon and a port, 1 to 65535, stand"
                + " behind the host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a,,b",
        "a:",
        "a:x",
        "a:0",
        "a:65536",
        "::1",
        "http://a:1",
        "[::1",
        "[::1]x",
        ":1",
        "a b:1",
        "a:+1",
        "[a]:1",
        "a,b c",
        "a?b",
        "\u00e9:1"
      })
  void what_is_not_an_address_is_refused(String text) {
    assertThatThrownBy(() -> ServerAddress.parseAll(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
