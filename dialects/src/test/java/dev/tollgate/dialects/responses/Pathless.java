package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records with every {@link Path} made {@link Path#ROOT} and all JSON detached, so that they can be kept and compared. */
final class Pathless {
    private Pathless() {}

    @SuppressWarnings("unchecked")
    static <T> T of(T value) {
        return (T) Objects.requireNonNull(strip(value));
    }

    private static @Nullable Object strip(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Path _ -> Path.ROOT;
            case Json json -> json.detached();
            case List<?> list -> list.stream().map(Pathless::strip).toList();
            case Record of -> rebuilt(of);
            default -> value;
        };
    }

    private static Object rebuilt(Record value) {
        RecordComponent[] components = value.getClass().getRecordComponents();
        try {
            Object[] stripped = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                var accessor = components[i].getAccessor();
                accessor.setAccessible(true);
                stripped[i] = strip(accessor.invoke(value));
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var constructor = value.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(stripped);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(value.getClass().getName(), impossible);
        }
    }
}
