package dev.tollgate.catalog;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Walks through a JSON file that a person wrote. Whatever is wrong is refused with its line and its place in the
 * document, such as {@code line 12, /models/3/prices/0/since}.
 */
final class JsonCursor implements AutoCloseable {
    private final JsonParser parser;
    private final String file;
    private final String cure;

    /** @param file what to call it in a refusal */
    JsonCursor(byte[] json, String file, String cure) {
        this.parser = Json.MAPPER.createParser(json);
        this.file = file;
        this.cure = cure;
    }

    @Override
    public void close() {
        parser.close();
    }

    /** Moves into the object that comes next. */
    void enterObject() {
        if (next() != JsonToken.START_OBJECT) {
            throw fault("an object was expected");
        }
    }

    /** Moves to the next field of the object and returns its name, or leaves the object and returns null. */
    @Nullable
    String field() {
        return next() == JsonToken.PROPERTY_NAME ? parser.currentName() : null;
    }

    /** Reads an array, each element with the given reader, which finds itself before it. */
    <T> List<T> list(Supplier<T> element) {
        if (next() != JsonToken.START_ARRAY) {
            throw fault("a list was expected");
        }
        List<T> elements = new ArrayList<>();
        while (peekIsElement()) {
            elements.add(element.get());
        }
        return elements;
    }

    private @Nullable JsonToken peeked;

    private boolean peekIsElement() {
        JsonToken token = next();
        if (token == JsonToken.END_ARRAY) {
            return false;
        }
        peeked = token;
        return true;
    }

    String text() {
        if (next() != JsonToken.VALUE_STRING) {
            throw fault("a text was expected");
        }
        String text = parser.getString();
        if (text.isBlank() || text.length() > 500) {
            throw fault("a text of 1 to 500 characters was expected");
        }
        return text;
    }

    LocalDate date() {
        String text = text();
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw fault("a date like 2026-11-22 was expected");
        }
    }

    /** A whole number, 0 or more. */
    long count() {
        if (next() != JsonToken.VALUE_NUMBER_INT) {
            throw fault("a whole number was expected");
        }
        try {
            long value = parser.getLongValue();
            if (value >= 0) {
                return value;
            }
        } catch (JacksonException e) {
            // too large: refused below, like any other number that cannot be meant
        }
        throw fault("a whole number from 0 to " + Long.MAX_VALUE + " was expected");
    }

    /** An amount of US dollars, as a text or a plain number, in nano-dollars; at most {@link Price#MAX_NANO_USD}. */
    long usd() {
        JsonToken token = next();
        boolean readable = token == JsonToken.VALUE_STRING
                || token == JsonToken.VALUE_NUMBER_INT
                || token == JsonToken.VALUE_NUMBER_FLOAT;
        if (!readable) {
            throw fault("an amount of US dollars was expected");
        }
        long nanoUsd;
        try {
            nanoUsd = Money.parseUsd(parser.getString());
        } catch (Refusal e) {
            throw fault("not an amount of US dollars, which is a plain decimal number such as 0.25");
        }
        if (nanoUsd < 0 || nanoUsd > Price.MAX_NANO_USD) {
            throw fault("a price is between 0 and 1000000 US dollars");
        }
        return nanoUsd;
    }

    /** A factor above 0, in millionths. */
    long factorMillionths() {
        long billionths = usd();
        long factor = billionths / 1_000;
        if (billionths % 1_000 != 0 || factor == 0 || factor > Price.MAX_FACTOR_MILLIONTHS) {
            throw fault("a factor is above 0, at most 100, and has at most six decimals");
        }
        return factor;
    }

    /** Refuses anything after the document. */
    void end() {
        if (next() != null) {
            throw fault("nothing more was expected");
        }
    }

    Refusal unknownField(String name) {
        return fault("the field " + name + " is not known");
    }

    <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw fault("the field " + field + " is missing");
        }
        return value;
    }

    Refusal fault(String problem) {
        String place = parser.streamReadContext().pathAsPointer(true).toString();
        return Refusal.invalid(
                file + ", line " + parser.currentTokenLocation().getLineNr() + (place.isEmpty() ? "" : ", " + place)
                        + ": " + problem + ".",
                cure);
    }

    private @Nullable JsonToken next() {
        JsonToken token = peeked;
        peeked = null;
        if (token != null) {
            return token;
        }
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw Refusal.invalid(
                    file + ", line "
                            + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
                            + ": this is not JSON that can be read (" + firstLine(e.getOriginalMessage()) + ").",
                    cure);
        }
    }

    private static String firstLine(@Nullable String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }
}
