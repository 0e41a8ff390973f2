package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes a JSON Schema anew, with the schemas inside of it. What becomes of a member is the subclass's to say. */
abstract class SchemaWriter {
    final JsonBytes out;

    SchemaWriter(Json.Obj schema) {
        out = new JsonBytes(schema.size() + 64);
    }

    /** The schemas right inside of this one, by the keywords that each provider's subset of JSON Schema has. */
    static Stream<Json> within(Json.Obj schema) {
        return schema.members().stream().flatMap(member -> switch (member.name()) {
            case "items" -> Stream.of(member.value());
            case "anyOf" -> member.value() instanceof Json.Arr either ? either.items().stream() : Stream.empty();
            case "properties", "$defs", "definitions" ->
                member.value() instanceof Json.Obj named
                        ? named.members().stream().map(Json.Member::value)
                        : Stream.empty();
            default -> Stream.empty();
        });
    }

    final Json.Obj written(Json.Obj schema) {
        schema(schema);
        byte[] document = out.toBytes();
        return Json.parse(document, 0, document.length) instanceof ParsedJson.Whole(Json.Obj written)
                ? written
                : Json.Obj.EMPTY;
    }

    /** Writes that member of that schema, its name first, or nothing. */
    abstract void member(Json.Obj schema, Json.Member member);

    /** Writes what the schema is to say besides its members. */
    void end(Json.Obj schema) {}

    /** What is no object stays as it stands, here and below: {@code true} is a schema, too. */
    final void schema(Json value) {
        if (!(value instanceof Json.Obj schema)) {
            out.value(value);
            return;
        }
        out.beginObject();
        for (Json.Member member : schema) {
            member(schema, member);
        }
        end(schema);
        out.endObject();
    }

    /** An array of schemas, and one more at its end. */
    final void either(Json value, @Nullable Json last) {
        if (!(value instanceof Json.Arr schemas)) {
            out.value(value);
            return;
        }
        out.beginArray();
        schemas.forEach(this::schema);
        if (last != null) {
            out.value(last);
        }
        out.endArray();
    }

    /** An object whose members are schemas. */
    final void named(Json value) {
        if (!(value instanceof Json.Obj schemas)) {
            out.value(value);
            return;
        }
        out.beginObject();
        for (Json.Member one : schemas) {
            out.name(one.name());
            schema(one.value());
        }
        out.endObject();
    }
}
