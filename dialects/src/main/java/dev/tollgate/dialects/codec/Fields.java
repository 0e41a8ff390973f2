package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One object that is being read, member by member: what nobody has taken when {@link #end} is called becomes an {@link Extra}, so
 * that no field is lost in silence. JSON null is absent. A member of the wrong type is a problem of the {@link Reading}, and absent.
 */
public final class Fields {
    private final Path at;
    private final List<Json.Member> members;
    private final Reading reading;
    private final boolean snakeCaseToo;
    private final BitSet taken = new BitSet();

    public Fields(Path at, Json.Obj object, Reading reading) {
        this(at, object, reading, false);
    }

    private Fields(Path at, Json.Obj object, Reading reading, boolean snakeCaseToo) {
        this.at = at;
        this.members = object.members();
        this.reading = reading;
        this.snakeCaseToo = snakeCaseToo;
    }

    /**
     * Names may stand there in snake_case as well, as <a href="https://protobuf.dev/programming-guides/json/">protobuf's JSON</a>
     * has it: {@code maxOutputTokens} is {@code max_output_tokens} too. Places are told in the spelling of the document.
     */
    public static Fields eitherSpelling(Path at, Json.Obj object, Reading reading) {
        return new Fields(at, object, reading, true);
    }

    public Path at() {
        return at;
    }

    public Path at(String name) {
        int i = snakeCaseToo ? find(name) : -1;
        return at.member(i < 0 ? name : members.get(i).name());
    }

    /** The member, whatever it is. */
    public @Nullable Json any(String name) {
        int i = find(name);
        if (i < 0) {
            return null;
        }
        taken.set(i);
        Json value = members.get(i).value();
        return value instanceof Json.Null ? null : value;
    }

    public Json.@Nullable Text text(String name) {
        return of(name, Json.Text.class, "a string");
    }

    /** A short text, decoded: an id, a name, a type. Content stays {@link #text}. */
    public @Nullable String string(String name) {
        Json.Text text = text(name);
        return text == null ? null : text.string();
    }

    /** As {@link #string}; where it is absent or empty, that is a problem, and the result is empty. */
    public String required(String name) {
        String value = string(name);
        if (value == null || value.isEmpty()) {
            reading.malformed(at(name), "required, a string.");
            return "";
        }
        return value;
    }

    public Json.@Nullable Num number(String name) {
        return of(name, Json.Num.class, "a number");
    }

    public Json.@Nullable Obj object(String name) {
        return of(name, Json.Obj.class, "an object");
    }

    public Json.@Nullable Arr array(String name) {
        return of(name, Json.Arr.class, "an array");
    }

    /** -1 where it is absent. */
    public long count(String name) {
        Json.Num number = number(name);
        if (number == null) {
            return -1;
        }
        OptionalLong value = number.asLong();
        if (value.isEmpty() || value.getAsLong() < 0) {
            reading.malformed(at(name), "a whole number of at least 0 is expected.");
            return -1;
        }
        return value.getAsLong();
    }

    public @Nullable Boolean flag(String name) {
        Json.Bool value = of(name, Json.Bool.class, "true or false");
        return value == null ? null : value.value();
    }

    public boolean flag(String name, boolean otherwise) {
        Boolean value = flag(name);
        return value == null ? otherwise : value;
    }

    public @Nullable Said<Json.Num> saidNumber(String name) {
        return said(name, number(name));
    }

    public @Nullable Said<String> saidString(String name) {
        return said(name, string(name));
    }

    public @Nullable Said<Boolean> saidFlag(String name) {
        return said(name, flag(name));
    }

    public @Nullable Said<Long> saidCount(String name) {
        long value = count(name);
        return value < 0 ? null : new Said<>(at(name), value);
    }

    public <T> @Nullable Said<T> said(String name, @Nullable T value) {
        return value == null ? null : new Said<>(at(name), value);
    }

    /** Takes a member that only its own provider knows. */
    public void extra(String name, Extra.Weight weight, String why) {
        Json value = any(name);
        if (value != null) {
            reading.extra(at(name), value, weight, why);
        }
    }

    /** Takes a member and forgets it: it says nothing that the neutral model has not. */
    public void skip(String name) {
        any(name);
    }

    /** Every member that was not taken is an unknown field: a hint, listed as lost. */
    public void end() {
        for (int i = taken.nextClearBit(0); i < members.size(); i = taken.nextClearBit(i + 1)) {
            Json.Member member = members.get(i);
            if (!(member.value() instanceof Json.Null)) {
                reading.extra(at(member.name()), member.value(), Extra.Weight.HINT, "unknown field");
            }
        }
    }

    private <J extends Json> @Nullable J of(String name, Class<J> type, String expected) {
        Json value = any(name);
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        reading.malformed(at(name), expected + " is expected.");
        return null;
    }

    private int find(String name) {
        for (int i = members.size() - 1; i >= 0; i--) {
            String member = members.get(i).name();
            if (member.equals(name) || (snakeCaseToo && isSnakeCase(member, name))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isSnakeCase(String snake, String camel) {
        int k = 0;
        for (int i = 0; i < camel.length(); i++) {
            char c = camel.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                if (k == snake.length() || snake.charAt(k++) != '_') {
                    return false;
                }
                c = Character.toLowerCase(c);
            }
            if (k == snake.length() || snake.charAt(k++) != c) {
                return false;
            }
        }
        return k == snake.length();
    }
}
