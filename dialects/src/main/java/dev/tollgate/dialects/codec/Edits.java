package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Edits of a document that was parsed, in its own bytes: values replaced, items and members taken out with their commas. */
final class Edits {
    private static final byte[] NOTHING = {};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final byte[] body;
    private final List<Splice> splices = new ArrayList<>();

    Edits(byte[] body) {
        this.body = body;
    }

    List<Splice> sorted() {
        splices.sort(Comparator.comparingInt(Splice::start));
        return List.copyOf(splices);
    }

    void replaceText(Json.Text value, String by, String field) {
        splices.add(new Splice(
                value.from(),
                value.to(),
                new JsonBytes(by.length() + 2).text(by).toBytes(),
                field));
    }

    void replace(Json.Obj value, String json, String field) {
        splices.add(new Splice(value.from(), value.to(), json.getBytes(StandardCharsets.UTF_8), field));
    }

    /** Takes out these items, which are objects, each with the comma before it; the first ones with the comma after. */
    void removeItems(Json.Arr array, Set<Integer> indexes, String field) {
        int led = 0;
        for (int i : indexes) {
            Json item = array.items().get(i);
            if (i == led) {
                splices.add(new Splice(item.from(), pastComma(item.to()), NOTHING, field));
                led++;
            } else {
                splices.add(new Splice(pastSpaceBefore(item.from()) - 1, item.to(), NOTHING, field));
            }
        }
    }

    /** Takes out a member, whose value this is, with its comma. */
    void removeMember(String name, Json value, String field) {
        int colon = pastSpaceBefore(value.from()) - 1;
        int from = pastSpaceBefore(colon) - name.length() - 2;
        if (from < 1 || body[from] != '"') { // a name with escapes: absent is as good as removed
            splices.add(new Splice(value.from(), value.to(), NULL, field));
            return;
        }
        int before = pastSpaceBefore(from) - 1;
        splices.add(
                body[before] == ','
                        ? new Splice(before, value.to(), NOTHING, field)
                        : new Splice(from, pastComma(value.to()), NOTHING, field));
    }

    /** The index after the comma that follows, or the same index where none does. */
    private int pastComma(int at) {
        int next = at;
        while (isSpace(body[next])) {
            next++;
        }
        return body[next] == ',' ? next + 1 : at;
    }

    /** The index after the last byte before this one that is no space. */
    private int pastSpaceBefore(int at) {
        int end = at;
        while (isSpace(body[end - 1])) {
            end--;
        }
        return end;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
