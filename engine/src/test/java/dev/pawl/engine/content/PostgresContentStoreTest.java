package dev.pawl.engine.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Value;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresContentStoreTest {
  private static final String NONE = "00".repeat(32);
  private final Database database;

  PostgresContentStoreTest(TestDatabase postgres) {
    database = postgres.open();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void content_is_stored_once_and_found_by_its_hash() throws Exception {
    ByteString content = ByteString.copyFromUtf8("workflow: nightly");
    String hash = await(new PostgresContentStore(database).put(content));
    assertThat(await(new PostgresContentStore(database).put(content))).isEqualTo(hash);

    assertThat(hash).isEqualTo(PostgresContentStore.hash(content)).matches("[0-9a-f]{64}");
    assertThat(await(new PostgresContentStore(database).get(hash))).isEqualTo(content);
  }

  @Test
  void content_that_is_not_there_is_looked_for_anew_each_time() throws Exception {
    var store = new PostgresContentStore(database);
    assertThatThrownBy(() -> await(store.get(NONE)))
        .hasCauseInstanceOf(NoSuchElementException.class);

    ByteString late = ByteString.copyFromUtf8("late");
    String hash = PostgresContentStore.hash(late);
    assertThatThrownBy(() -> await(store.get(hash)))
        .hasCauseInstanceOf(NoSuchElementException.class);
    await(new PostgresContentStore(database).put(late));
    assertThat(await(store.get(hash))).isEqualTo(late);
  }

  @Test
  void values_are_found_inline_and_by_hash() throws Exception {
    var contents = new PostgresContentStore(database);
    ByteString large = text(Payload.INLINE_LIMIT).toByteString();
    Map<String, Payload> payloads =
        Map.of(
            "small", new Payload.Inline(text(10)),
            "large",
                new Payload.Stored(await(contents.put(large)), large.size(), ValueType.STRING));

    assertThat(await(new Payloads(contents).resolve(payloads)))
        .isEqualTo(Map.of("small", text(10), "large", text(Payload.INLINE_LIMIT)));
  }

  private static Value text(int length) {
    return Value.newBuilder().setStringValue("x".repeat(length)).build();
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
