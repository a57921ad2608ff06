package dev.pawl.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.Output;
import dev.pawl.bench.chaos.outage.Outage;
import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.history.Verdict;
import dev.pawl.bench.history.Verdict.Counts;
import dev.pawl.bench.history.Verdict.Tally;
import dev.pawl.bench.history.Violation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@NullMarked
class ChaosReportTest {
  private static final Setting SETTING =
      new Setting(7, Duration.ofMinutes(3), 3, Set.of(Kind.KILL, Kind.CLIENT));

  private static final Counts COUNTS =
      new Counts(
          Map.of("runs", 12L), List.of(), List.of(new Tally("A-1", "no lost ack", 40, 1, "")));

  private static final List<Outage> OUTAGES =
      List.of(
          new Outage(
              new Fault.Began("fault-1", 0, Kind.KILL, "node1", ""),
              true,
              OptionalLong.of(2_000_000),
              List.of(1_000_000L, 3_000_000L)),
          new Outage(
              new Fault.Began("fault-2", 0, Kind.KILL, "node2", ""),
              false,
              OptionalLong.empty(),
              List.of()));

  @Test
  void an_invalid_history_is_told_with_its_counts_and_the_way_to_repeat_it() {
    ChaosReport report =
        ChaosReport.of(
            SETTING,
            new Verdict.Invalid(
                List.of(new Violation("A-1", "run|r", "it left no fact", List.of())), COUNTS),
            OUTAGES,
            "history-7.jsonl.gz",
            List.of());

    JsonNode json = JsonMapper.shared().readTree(printed(report, Output.Format.JSON));

    assertThat(report.isValid()).isFalse();
    assertThat(json.path("verdict").asString()).isEqualTo("invalid");
    assertThat(json.path("number").asLong()).isEqualTo(7);
    assertThat(json.path("command").asString())
        .isEqualTo("pawl chaos --minutes 3 --nodes 3 --faults kill,client --number 7");
    assertThat(json.path("faults").get(0).path("fault").asString()).isEqualTo("kill");
    assertThat(json.path("faults").get(0).path("count").asInt()).isEqualTo(2);
    assertThat(json.path("faults").get(0).path("bit").asInt()).isEqualTo(1);
    assertThat(json.path("faults").get(0).path("ackP99Millis").asDouble()).isEqualTo(2_000);
    assertThat(json.path("faults").get(0).path("movedP50Millis").asDouble()).isEqualTo(1_000);
    assertThat(json.path("invariants").get(0).path("violated").asInt()).isEqualTo(1);
    assertThat(json.path("violations").get(0).path("sentence").asString())
        .isEqualTo("it left no fact");
    assertThat(printed(report, Output.Format.TABLE))
        .contains("VIOLATED A-1 by run|r: it left no fact")
        .contains("verdict: invalid")
        .contains("--number 7");
  }

  @Test
  void a_valid_history_does_not_make_up_for_what_could_not_be_undone() {
    Verdict valid = new Verdict.Valid(COUNTS);

    assertThat(ChaosReport.of(SETTING, valid, OUTAGES, null, List.of()).isValid()).isTrue();
    assertThat(
            ChaosReport.of(SETTING, valid, OUTAGES, null, List.of("node2 does not serve"))
                .isValid())
        .isFalse();
  }

  private static String printed(ChaosReport report, Output.Format format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8), format);
    return out.toString(StandardCharsets.UTF_8);
  }
}
