package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;

/** One of several, with its place. */
record Item(Path at, Json value) {
    /** Of a repeated field. Google takes a single value for a list of one, and its own examples write it so. */
    static List<Item> of(Fields fields, String name) {
        Json value = fields.any(name);
        if (value == null) {
            return List.of();
        }
        Path at = fields.at(name);
        return value instanceof Json.Arr array ? of(at, array) : List.of(new Item(at, value));
    }

    static List<Item> of(Path at, Json.Arr array) {
        List<Item> items = new ArrayList<>(array.items().size());
        for (Json value : array) {
            items.add(new Item(at.element(items.size()), value));
        }
        return items;
    }
}
