package dev.pawl.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.covers.Covers;
import java.io.IOException;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What was written once is read for ever: one file of bytes, in hexadecimal, for each kind of fact.
 *
 * <p>A new kind writes its file with {@code -Dpawl.golden.write=true}; a file that exists is never
 * written again.
 */
class GoldenFactsTest {
  private static final Path FILES = Path.of("src/test/resources/golden/journal");
  private static final Map<String, Fact> FACTS = SampleFacts.byName();

  @TestFactory
  @Covers("SYS-12")
  Stream<DynamicTest> old_bytes_still_read_and_are_written_the_same() {
    return FACTS.entrySet().stream()
        .map(
            fact ->
                DynamicTest.dynamicTest(
                    fact.getKey(), () -> checkGolden(fact.getKey(), fact.getValue())));
  }

  private static void checkGolden(String name, Fact fact) throws IOException {
    Path file = FILES.resolve(name + ".hex");
    FactSerializer<?> serializer = SampleFacts.serializerOf(fact);
    if (Boolean.getBoolean("pawl.golden.write") && !Files.exists(file)) {
      String hex = HexFormat.of().formatHex(serializer.toBinary(fact));
      Files.writeString(file, hex.replaceAll("(.{96})", "$1\n") + "\n");
    }
    byte[] stored =
        HexFormat.of()
            .parseHex(Files.readString(file, StandardCharsets.US_ASCII).replaceAll("\\s", ""));
    String manifest = name.substring(0, name.indexOf(".1") + 2);

    assertThat(serializer.fromBinary(stored, manifest)).isEqualTo(fact);
    assertThat(serializer.toBinary(fact)).isEqualTo(stored);
    assertThat(serializer.manifest(fact)).isEqualTo(manifest);
  }

  @Test
  @Covers("SYS-12")
  void every_member_of_every_event_has_a_golden_file() throws IOException {
    Set<String> members =
        Stream.of(
                dev.pawl.engine.journal.v1.DefinitionEvent.getDescriptor(),
                dev.pawl.engine.journal.v1.RunEvent.getDescriptor(),
                dev.pawl.engine.journal.v1.ExecutionEvent.getDescriptor(),
                dev.pawl.engine.journal.v1.OperationEvent.getDescriptor(),
                dev.pawl.engine.journal.v1.LockEvent.getDescriptor())
            .flatMap(
                event ->
                    event.getOneofs().getFirst().getFields().stream()
                        .map(
                            field ->
                                event.getName().replace("Event", "").toLowerCase(Locale.ROOT)
                                    + ".1-"
                                    + field.getName()))
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(FILES)) {
      Set<String> covered =
          files
              .map(file -> file.getFileName().toString().replaceAll("(--.*)?\\.hex$", ""))
              .collect(Collectors.toSet());
      assertThat(covered).containsExactlyInAnyOrderElementsOf(members);
    }
  }

  @Test
  void a_fact_of_a_newer_build_is_not_passed_over() {
    var serializer = new RunFactSerializer();
    byte[] ofAnUnknownMember = {8 << 3 | 2, 0};

    assertThatThrownBy(() -> serializer.fromBinary(ofAnUnknownMember, "run.1"))
        .hasMessageContaining("this build does not know");
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "run.2"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("run.2");
  }

  @Test
  void serializer_ids_never_change() {
    assertThat(
            Stream.of(
                    new DefinitionFactSerializer(),
                    new RunFactSerializer(),
                    new ExecutionFactSerializer(),
                    new OperationFactSerializer(),
                    new LockFactSerializer())
                .map(FactSerializer::identifier))
        .containsExactly(7_171_001, 7_171_002, 7_171_003, 7_171_004, 7_171_005);
  }
}
