package dev.pawl.worker.session;

import dev.pawl.v1.ConnectRequest;

/** Where messages to the server go while a session is up. */
interface Outbox {
  /** Sends, or drops when the session has just broken: what matters is repeated in the next. */
  void send(ConnectRequest request);
}
