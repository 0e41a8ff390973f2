package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record in words, without the places where it was said: what two documents of the same meaning have in common. */
final class Pathless {
    private Pathless() {}

    static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Path _ -> "@";
            case Json.Text text -> "\"" + text.string() + "\"";
            case Json json -> Sample.text(json).replaceAll("\\s+", "");
            case List<?> list -> list.stream().map(Pathless::of).toList().toString();
            case Record record -> {
                List<String> members = new ArrayList<>();
                for (RecordComponent each : record.getClass().getRecordComponents()) {
                    try {
                        each.getAccessor().setAccessible(true);
                        members.add(each.getName() + "=" + of(each.getAccessor().invoke(record)));
                    } catch (ReflectiveOperationException e) {
                        throw new LinkageError(e.getMessage(), e);
                    }
                }
                yield record.getClass().getSimpleName() + members;
            }
            default -> value.toString();
        };
    }
}
