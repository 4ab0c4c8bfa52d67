package org.e2spark.checkpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import org.e2spark.model.ModelSpec;
import org.e2spark.spec.SpecException;

/** Networks inside other JSON, as {@link ModelSpec} itself writes and reads them. */
final class ModelSpecJson {

  private static final JsonMapper PLAIN = new JsonMapper();

  private ModelSpecJson() {}

  static SimpleModule module() {
    var module = new SimpleModule();
    module.addSerializer(ModelSpec.class, new Writer());
    module.addDeserializer(ModelSpec.class, new Reader());
    return module;
  }

  private static final class Writer extends JsonSerializer<ModelSpec> {
    @Override
    public void serialize(ModelSpec spec, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeTree(PLAIN.readTree(spec.toJson()));
    }
  }

  private static final class Reader extends JsonDeserializer<ModelSpec> {
    @Override
    public ModelSpec deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode tree = context.readTree(parser);
      try {
        return ModelSpec.parse(tree.toString());
      } catch (SpecException e) {
        throw JsonMappingException.from(parser, "of its network, " + e.getMessage(), e);
      }
    }
  }
}
