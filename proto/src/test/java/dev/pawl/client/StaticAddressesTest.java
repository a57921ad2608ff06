package dev.pawl.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.EquivalentAddressGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StaticAddressesTest {
  @Test
  void a_target_holds_every_address() {
    assertThat(StaticAddresses.target(ServerAddress.parseAll("one,[fe80::1%eth0]:3")))
        .isEqualTo("pawl:///one:7171,%5Bfe80::1%25eth0%5D:3");
  }

  @Test
  void a_name_with_several_addresses_of_a_family_is_several_servers() throws UnknownHostException {
    assertThat(servers("10.0.0.1", "10.0.0.2"))
        .containsExactly(group("10.0.0.1"), group("10.0.0.2"));
    assertThat(servers("10.0.0.1", "10.0.0.2", "2001:db8::1"))
        .containsExactly(group("10.0.0.1"), group("10.0.0.2"));
  }

  @Test
  void a_name_with_an_address_of_each_family_is_one_server() throws UnknownHostException {
    assertThat(servers("127.0.0.1", "::1")).containsExactly(group("127.0.0.1", "::1"));
    assertThat(servers("::1", "127.0.0.1")).containsExactly(group("::1", "127.0.0.1"));
  }

  private static List<EquivalentAddressGroup> servers(String... ips) throws UnknownHostException {
    InetAddress[] addresses = new InetAddress[ips.length];
    for (int i = 0; i < ips.length; i++) {
      addresses[i] = InetAddress.getByName(ips[i]);
    }
    return StaticAddresses.servers(addresses, 7171);
  }

  private static EquivalentAddressGroup group(String... ips) {
    return new EquivalentAddressGroup(
        List.of(ips).stream()
            .map(ip -> (java.net.SocketAddress) new InetSocketAddress(ip, 7171))
            .toList());
  }
}
