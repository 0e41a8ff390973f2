package dev.tollgate.dialects;

import dev.tollgate.dialects.json.JsonTokens;
import dev.tollgate.dialects.json.JsonTokens.Token;
import dev.tollgate.dialects.json.Utf8;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of Anthropic's <a href="https://platform.claude.com/docs/en/api/creating-message-batches">Create a Message
 * Batch</a>: {@code requests}, each with a {@code custom_id} of its own and the {@code params} of a request for Messages, which are
 * inspected as such a request's body is.
 */
public final class BatchInspector {
    /** Anthropic's limit. */
    private static final int MOST_REQUESTS = 100_000;

    private final byte[] body;
    private final JsonTokens tokens;
    private final List<Item> items = new ArrayList<>();
    private final Set<String> customIds = new HashSet<>();
    private @Nullable String problem;

    private BatchInspector(byte[] body) {
        this.body = body;
        this.tokens = new JsonTokens(body, 0, body.length);
    }

    /** What came of reading. */
    public sealed interface Result {
        /**
         * At least one.
         *
         * @param items in the body's order
         */
        record Requests(List<Item> items) implements Result {}

        /**
         * No batch.
         *
         * @param message safe to show; names the place
         */
        record Malformed(String message) implements Result {}
    }

    /**
     * One request of a batch.
     *
     * @param fields of its params; offsets are those of the batch's body
     * @param start of its params in the batch's body
     * @param length of its params, in bytes
     */
    public record Item(RequestFields fields, int start, int length) {}

    /** Never throws for what the body holds. */
    public static Result inspect(byte[] body) {
        return new BatchInspector(body).walk();
    }

    private Result walk() {
        if (Utf8.firstInvalid(body, 0, body.length) >= 0) {
            return new Result.Malformed("The body is not valid UTF-8.");
        }
        boolean read =
                object(tokens.next(), "", (name, value) -> name.equals("requests") ? requests(value) : skip(value));
        if (read && tokens.next() != Token.END) {
            fail("Something follows the JSON object.");
        }
        if (problem == null && items.isEmpty()) {
            fail("requests: required, a list of at least one.");
        }
        return problem == null ? new Result.Requests(items) : new Result.Malformed(problem);
    }

    @FunctionalInterface
    private interface Members {
        /** Reads a member to its value's end; false where there is a problem. */
        boolean read(String name, Token value);
    }

    private boolean object(Token first, String at, Members members) {
        if (first != Token.OBJECT) {
            return fail(at.isEmpty() ? "The body is not a JSON object." : at + ": an object is expected.");
        }
        Set<String> names = new HashSet<>();
        Token token = tokens.next();
        while (token == Token.NAME) {
            String name = tokens.string();
            // What two parsers could understand differently would be priced as one and run as the other.
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                return fail((at.isEmpty() ? "body" : at) + ": a name appears twice.");
            }
            if (!members.read(name, tokens.next())) {
                return false;
            }
            token = tokens.next();
        }
        return token == Token.OBJECT_END || broken();
    }

    /** Passes over a value whose first token has been read. */
    private boolean skip(Token first) {
        if (first == Token.OBJECT || first == Token.ARRAY) {
            int depth = tokens.depth();
            while (tokens.depth() >= depth) {
                if (tokens.next() == Token.BROKEN) {
                    return broken();
                }
            }
        }
        return first != Token.BROKEN || broken();
    }

    private boolean broken() {
        return fail("The body is not valid JSON: " + tokens.problem() + ".");
    }

    private boolean requests(Token first) {
        if (first != Token.ARRAY) {
            return fail("requests: a list is expected.");
        }
        Token token = tokens.next();
        while (token != Token.ARRAY_END) {
            if (token == Token.BROKEN) {
                return broken();
            }
            if (items.size() == MOST_REQUESTS) {
                return fail("requests: at most " + MOST_REQUESTS + " are expected.");
            }
            if (!request(token, "requests[" + items.size() + "]")) {
                return false;
            }
            token = tokens.next();
        }
        return true;
    }

    private boolean request(Token first, String at) {
        int itemsBefore = items.size();
        int idsBefore = customIds.size();
        boolean read = object(first, at, (name, value) -> switch (name) {
            case "custom_id" -> customId(value, at);
            case "params" -> params(value, at);
            default -> skip(value);
        });
        if (read && customIds.size() == idsBefore) {
            return fail(at + ".custom_id: required, a string.");
        }
        return read && (items.size() > itemsBefore || fail(at + ".params: required, an object."));
    }

    private boolean customId(Token value, String at) {
        String id = value == Token.TEXT ? tokens.string() : "";
        if (id.isEmpty()) {
            return fail(at + ".custom_id: required, a string.");
        }
        return customIds.add(id) || fail(at + ".custom_id: another request has the same.");
    }

    private boolean params(Token value, String at) {
        if (value != Token.OBJECT) {
            return fail(at + ".params: required, an object.");
        }
        int start = tokens.start();
        if (!skip(value)) {
            return false;
        }
        int length = tokens.end() - start;
        return switch (RequestInspector.inspect(Operation.MESSAGES, body, start, length)) {
            case Inspection.Malformed(String message) -> fail(at + ".params: " + message);
            case Inspection.Readable(RequestFields fields) -> items.add(new Item(fields, start, length));
        };
    }

    private boolean fail(String message) {
        if (problem == null) {
            problem = message;
        }
        return false;
    }
}
