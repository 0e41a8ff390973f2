package dev.tollgate.dialects.kit;

import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What generators of conversations draw. */
public abstract class Draws {
    protected final RandomGenerator random;
    private final int oneIn;

    /**
     * Draws by that generator.
     *
     * @param oneIn how often what is optional is there: once in so many times
     */
    protected Draws(RandomGenerator random, int oneIn) {
        this.random = random;
        this.oneIn = oneIn;
    }

    protected final boolean maybe() {
        return random.nextInt(oneIn) == 0;
    }

    protected final <T> @Nullable T maybe(Supplier<T> value) {
        return maybe() ? value.get() : null;
    }

    protected final <T> @Nullable Said<T> said(Supplier<T> value) {
        return maybe() ? new Said<>(Path.ROOT, value.get()) : null;
    }

    @SafeVarargs
    protected final <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }

    protected final <T> List<T> some(int least, int most, Supplier<T> value) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(least, most + 1); i > 0; i--) {
            list.add(value.get());
        }
        return list;
    }
}
