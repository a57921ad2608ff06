package dev.pawl.engine.cluster;

import com.typesafe.config.Config;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.Address;
import org.apache.pekko.event.EventStream;
import org.apache.pekko.remote.PhiAccrualFailureDetector;

/**
 * Pekko's failure detector, which also believes what the table of nodes says: who was condemned is
 * unreachable now, and need not be silent for seconds first.
 */
public final class Heartbeats extends PhiAccrualFailureDetector {
  /**
   * The condemned, by address, of this process: Pekko makes its failure detectors itself, and lets
   * nobody hand them anything.
   */
  private static final Set<String> CONDEMNED = ConcurrentHashMap.newKeySet();

  private volatile String address = "";

  /** Called by Pekko, by reflection. */
  public Heartbeats(Config config, EventStream events) {
    super(config, events);
  }

  /** Nobody need listen for this node's heartbeats any longer. */
  static void condemn(Address node) {
    CONDEMNED.add(node.toString());
  }

  /** The node was removed: another life may follow at its address. */
  static void forget(Address node) {
    CONDEMNED.remove(node.toString());
  }

  @Override
  public void setAddress(String monitored) {
    address = monitored;
    super.setAddress(monitored);
  }

  @Override
  public boolean isAvailable() {
    return !CONDEMNED.contains(address) && super.isAvailable();
  }
}
