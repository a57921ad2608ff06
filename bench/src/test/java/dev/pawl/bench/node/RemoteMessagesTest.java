package dev.pawl.bench.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.node.RemoteMessages.Sent;
import java.nio.file.Path;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class RemoteMessagesTest {
  @Test
  void another_process_reads_what_was_counted(@TempDir Path directory) throws Exception {
    String[] option = RemoteMessages.options(directory)[0].substring(2).split("=", 2);
    System.setProperty(option[0], option[1]);
    try {
      long pid = ProcessHandle.current().pid();
      assertThat(RemoteMessages.of(directory, pid)).isEqualTo(Sent.NOTHING);
      RemoteMessages messages = new RemoteMessages();
      messages.remoteMessageSent(ActorRef.noSender(), "a", ActorRef.noSender(), 10, 0);
      Sent first = RemoteMessages.of(directory, pid);
      messages.remoteMessageSent(ActorRef.noSender(), "b", ActorRef.noSender(), 32, 0);
      assertThat(first).isEqualTo(new Sent(1, 10));
      assertThat(RemoteMessages.of(directory, pid).since(first)).isEqualTo(new Sent(1, 32));
    } finally {
      System.clearProperty(option[0]);
    }
  }
}
