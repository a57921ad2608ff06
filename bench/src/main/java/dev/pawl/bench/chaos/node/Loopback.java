package dev.pawl.bench.chaos.node;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The addresses of this machine that stand for machines of their own. */
public final class Loopback {
  private Loopback() {}

  /** 127.0.0.1, 127.0.0.2 ... for 1, 2 ... */
  public static InetAddress address(int number) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
