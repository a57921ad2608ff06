package dev.pawl.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import dev.pawl.client.PawlError.FieldViolation;
import dev.pawl.client.PawlError.Precondition;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PawlErrorsTest {
  private static final PawlError CONFLICT =
      new PawlError(
          Status.Code.FAILED_PRECONDITION,
          "the run is PAUSED",
          Optional.of("RUN_STATE_CONFLICT"),
          Map.of("run", "projects/default/runs/x"),
          List.of(new FieldViolation("name", "is wrong")),
          Optional.of(
              new Precondition("projects/default/runs/x", "PAUSED", List.of("CONTINUE", "STOP"))));

  @Test
  void what_the_server_writes_a_client_reads() {
    assertThat(PawlErrors.of(PawlErrors.toException(CONFLICT))).isEqualTo(CONFLICT);
    assertThat(PawlErrors.of(new IllegalStateException(PawlErrors.toException(CONFLICT))))
        .isEqualTo(CONFLICT);
  }

  @Test
  void a_failure_without_details_has_its_code_and_message() {
    PawlError error =
        PawlErrors.of(Status.UNAVAILABLE.withDescription("refused").asRuntimeException());

    assertThat(error.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(error.message()).isEqualTo("refused");
    assertThat(error.reason()).isEmpty();
    assertThat(error.precondition()).isEmpty();
  }

  @Test
  void a_reason_of_another_domain_is_not_ours() {
    com.google.rpc.Status foreign =
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.NOT_FOUND.value())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder().setDomain("proxy.example").setReason("GONE").build()))
            .build();

    assertThat(PawlErrors.of(StatusProto.toStatusRuntimeException(foreign)).reason()).isEmpty();
  }

  @Test
  void damaged_details_are_said_to_be_damaged() {
    com.google.rpc.Status damaged =
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.NOT_FOUND.value())
            .addDetails(
                Any.newBuilder()
                    .setTypeUrl("type.googleapis.com/google.rpc.ErrorInfo")
                    .setValue(ByteString.copyFromUtf8("\u0001\u0002")))
            .build();

    assertThatThrownBy(() -> PawlErrors.of(StatusProto.toStatusRuntimeException(damaged)))
        .hasMessageContaining("damaged type.googleapis.com/google.rpc.ErrorInfo");
  }
}
