package dev.pawl.engine.wire;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectMapper.DefaultTypeResolverBuilder;
import com.fasterxml.jackson.databind.ObjectMapper.DefaultTyping;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.io.IOException;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperFactory;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperProviderSetup;

/**
 * How messages between nodes are written: CBOR, with the class named where a field is one of our
 * sealed types. Only classes of the engine can be named. Stored facts do not pass here.
 */
public final class ClusterJson extends JacksonObjectMapperFactory {
  private static final String OURS = "dev.pawl.engine.";

  private ClusterJson() {}

  /** For the actor system's {@code ActorSystemSetup}. */
  public static JacksonObjectMapperProviderSetup setup() {
    return JacksonObjectMapperProviderSetup.create(new ClusterJson());
  }

  @Override
  public ObjectMapper newObjectMapper(String bindingName, JsonFactory factory) {
    return JsonMapper.builder(factory)
        .setDefaultTyping(new SealedTypes())
        .addModule(
            new SimpleModule("pawl")
                .addSerializer(Value.class, new Writer<>(Value.class))
                .addDeserializer(Value.class, new ValueReader())
                .addSerializer(Struct.class, new Writer<>(Struct.class))
                .addDeserializer(Struct.class, new StructReader()))
        .build();
  }

  /** Names the class of what stands in a field of a sealed type of ours. */
  private static final class SealedTypes extends DefaultTypeResolverBuilder {
    private static final long serialVersionUID = 1L;

    SealedTypes() {
      super(
          DefaultTyping.OBJECT_AND_NON_CONCRETE,
          BasicPolymorphicTypeValidator.builder().allowIfSubType(OURS).build());
      init(JsonTypeInfo.Id.CLASS, null);
      inclusion(JsonTypeInfo.As.PROPERTY);
      typeProperty("@");
    }

    @Override
    public boolean useForType(JavaType type) {
      return type.isAbstract() && type.getRawClass().getName().startsWith(OURS);
    }
  }

  private static final class Writer<T extends MessageLite> extends StdSerializer<T> {
    private static final long serialVersionUID = 1L;

    Writer(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeBinary(value.toByteArray());
    }
  }

  private static final class StructReader extends StdDeserializer<Struct> {
    private static final long serialVersionUID = 1L;

    StructReader() {
      super(Struct.class);
    }

    @Override
    public Struct deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Struct.parseFrom(in.getBinaryValue());
    }
  }

  private static final class ValueReader extends StdDeserializer<Value> {
    private static final long serialVersionUID = 1L;

    ValueReader() {
      super(Value.class);
    }

    @Override
    public Value deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Value.parseFrom(in.getBinaryValue());
    }
  }
}
