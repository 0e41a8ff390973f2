package dev.tollgate.dialects.json;

import dev.tollgate.dialects.json.JsonTokens.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One strict pass over one document. Strict, because slices of a provider's answer become part of a document that we vouch for.
 * Methods return null where it is broken.
 */
final class JsonParser {
    private final byte[] bytes;
    private final int from;
    private final int to;
    private final JsonTokens tokens;

    JsonParser(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.tokens = new JsonTokens(bytes, from, to);
    }

    ParsedJson parse() {
        int invalid = Utf8.firstInvalid(bytes, from, to);
        if (invalid >= 0) {
            return new ParsedJson.Broken("not valid UTF-8 at byte " + (invalid - from));
        }
        Json value = value(tokens.next());
        return value == null || tokens.next() != Token.END
                ? new ParsedJson.Broken(tokens.problem())
                : new ParsedJson.Whole(value);
    }

    private @Nullable Json value(Token token) {
        return switch (token) {
            case OBJECT -> object();
            case ARRAY -> array();
            case TEXT -> new Json.Text(bytes, tokens.start() + 1, tokens.end() - 1, tokens.escaped());
            case NUMBER -> new Json.Num(bytes, tokens.start(), tokens.end());
            case TRUE -> Json.Bool.TRUE;
            case FALSE -> Json.Bool.FALSE;
            case NULL -> Json.Null.NULL;
            case BROKEN -> null;
            case NAME, OBJECT_END, ARRAY_END, END -> throw new IllegalStateException("no value: " + token);
        };
    }

    private Json.@Nullable Obj object() {
        int start = tokens.start();
        List<Json.Member> members = new ArrayList<>();
        Token token = tokens.next();
        for (; token == Token.NAME; token = tokens.next()) {
            String name = tokens.string();
            Json value = value(tokens.next());
            if (value == null) {
                return null;
            }
            members.add(new Json.Member(name, value));
        }
        return token == Token.OBJECT_END ? new Json.Obj(bytes, start, tokens.end(), members) : null;
    }

    private Json.@Nullable Arr array() {
        int start = tokens.start();
        List<Json> items = new ArrayList<>();
        Token token = tokens.next();
        for (; token != Token.ARRAY_END; token = tokens.next()) {
            Json item = value(token);
            if (item == null) {
                return null;
            }
            items.add(item);
        }
        return new Json.Arr(bytes, start, tokens.end(), items);
    }
}
