package dev.tollgate.cli;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/**
 * A JSON value, as read or to be sent. Objects keep the order of their fields and numbers their digits, so that
 * {@code --json} prints what the server said, fields that this version does not know included.
 *
 * <p>Jackson's streaming core alone: its databind costs 0.35 s of a command's start.
 */
sealed interface Json {
    record Text(String value) implements Json {}

    /** A number, by its digits. */
    record Num(String digits) implements Json {}

    record Bool(boolean value) implements Json {}

    record Null() implements Json {}

    record Arr(List<Json> items) implements Json {}

    /** An object. Readers ask by name; what is absent or null reads as empty, zero or false. */
    record Obj(Map<String, Json> fields) implements Json {
        Obj put(String name, String value) {
            fields.put(name, new Text(value));
            return this;
        }

        Obj put(String name, long value) {
            fields.put(name, new Num(Long.toString(value)));
            return this;
        }

        Obj put(String name, boolean value) {
            fields.put(name, new Bool(value));
            return this;
        }

        Obj put(String name, Obj value) {
            fields.put(name, value);
            return this;
        }

        Obj put(String name, List<String> values) {
            fields.put(name, new Arr(values.stream().<Json>map(Text::new).toList()));
            return this;
        }

        /** True where the field is there and not null. */
        boolean has(String name) {
            Json value = fields.get(name);
            return value != null && !(value instanceof Null);
        }

        /** The field's text, a number's digits; empty where there is neither. */
        String text(String name) {
            return textOf(fields.getOrDefault(name, new Null()));
        }

        long number(String name) {
            try {
                return fields.get(name) instanceof Num(String digits) ? Long.parseLong(digits) : 0;
            } catch (NumberFormatException fractional) {
                return 0;
            }
        }

        boolean flag(String name) {
            return fields.get(name) instanceof Bool(boolean value) && value;
        }

        Obj child(String name) {
            return fields.get(name) instanceof Obj child ? child : object();
        }

        List<Obj> rows(String name) {
            return items(name).stream()
                    .filter(Obj.class::isInstance)
                    .map(Obj.class::cast)
                    .toList();
        }

        List<String> texts(String name) {
            return items(name).stream().map(Obj::textOf).toList();
        }

        private List<Json> items(String name) {
            return fields.get(name) instanceof Arr(List<Json> items) ? items : List.of();
        }

        private static String textOf(Json value) {
            return switch (value) {
                case Text(String text) -> text;
                case Num(String digits) -> digits;
                case Bool(boolean flag) -> Boolean.toString(flag);
                case Null() -> "";
                case Arr _, Obj _ -> "";
            };
        }
    }

    static Obj object() {
        return new Obj(new LinkedHashMap<>());
    }

    /**
     * Reads one JSON text.
     *
     * @throws IllegalArgumentException where it is not JSON; the message never quotes it
     */
    static Json parse(byte[] utf8) {
        try (JsonParser parser =
                Factory.JSON.createParser(ObjectReadContext.empty(), new String(utf8, StandardCharsets.UTF_8))) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("not JSON: empty");
            }
            Json value = read(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("not JSON: something follows the value");
            }
            return value;
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("not JSON", malformed);
        }
    }

    private static Json read(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Obj object = object();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.fields().put(name, read(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<Json> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(parser));
                }
                yield new Arr(items);
            }
            case VALUE_STRING -> new Text(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Num(parser.getString());
            case VALUE_TRUE -> new Bool(true);
            case VALUE_FALSE -> new Bool(false);
            case VALUE_NULL -> new Null();
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new IllegalArgumentException("not JSON");
        };
    }

    /** On one line. */
    default String compact() {
        return write(ObjectWriteContext.empty());
    }

    /** Over several lines, indented by two. */
    default String pretty() {
        DefaultIndenter lines = DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""));
        printer.indentArraysWith(lines);
        printer.indentObjectsWith(lines);
        return write(new ObjectWriteContext.Base() {
            @Override
            public PrettyPrinter getPrettyPrinter() {
                return printer;
            }

            @Override
            public boolean hasPrettyPrinter() {
                return true;
            }
        });
    }

    private String write(ObjectWriteContext context) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = Factory.JSON.createGenerator(context, text)) {
            write(generator);
        }
        return text.toString();
    }

    private void write(JsonGenerator generator) {
        switch (this) {
            case Text(String value) -> generator.writeString(value);
            case Num(String digits) -> generator.writeNumber(digits);
            case Bool(boolean value) -> generator.writeBoolean(value);
            case Null() -> generator.writeNull();
            case Arr(List<Json> items) -> {
                generator.writeStartArray();
                items.forEach(item -> item.write(generator));
                generator.writeEndArray();
            }
            case Obj(Map<String, Json> fields) -> {
                generator.writeStartObject();
                fields.forEach((name, value) -> {
                    generator.writeName(name);
                    value.write(generator);
                });
                generator.writeEndObject();
            }
        }
    }

    /** Made at the first JSON, not at the start. */
    final class Factory {
        /** A name that stands twice means one thing here and another there. */
        private static final JsonFactory JSON = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();

        private Factory() {}
    }
}
