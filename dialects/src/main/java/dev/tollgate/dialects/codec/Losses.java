package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Said;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a conversion loses, in the order in which it was found. One per exchange, one thread at a time. A field that is lost at many
 * places ({@link Path#field}) is kept once, with its first place, so the list is as short as the vocabulary of the protocol; beyond
 * {@value #MOST} fields the rest is counted only.
 */
public final class Losses {
    static final int MOST = 256;

    private final Map<String, Loss> byField = new LinkedHashMap<>();
    private int uncounted;

    /** A setting of the request that is not expressible; null, which was never said, is no loss. */
    public void request(@Nullable Said<?> said, String why) {
        if (said != null) {
            request(said.at(), why);
        }
    }

    public void request(Path at, String why) {
        add(new Loss(Loss.Side.REQUEST, at, why));
    }

    public void request(Extra extra) {
        request(extra.at(), extra.why());
    }

    public void answer(Path at, String why) {
        add(new Loss(Loss.Side.ANSWER, at, why));
    }

    public void answer(Extra extra) {
        answer(extra.at(), extra.why());
    }

    public List<Loss> list() {
        return List.copyOf(byField.values());
    }

    /** The names of the request's lost fields, without indexes, for {@code x-tollgate-dropped}. */
    public List<String> requestFields() {
        List<String> names = new ArrayList<>();
        for (Loss loss : byField.values()) {
            if (loss.side() == Loss.Side.REQUEST) {
                names.add(loss.at().field());
            }
        }
        return names;
    }

    /** What a strict key or alias is refused for. */
    public Optional<Loss> firstOfRequest() {
        return byField.values().stream()
                .filter(loss -> loss.side() == Loss.Side.REQUEST)
                .findFirst();
    }

    /** How many losses of further fields are not in the list. */
    public int uncounted() {
        return uncounted;
    }

    private void add(Loss loss) {
        String key = loss.side() + loss.at().field();
        if (byField.size() < MOST || byField.containsKey(key)) {
            byField.putIfAbsent(key, loss);
        } else {
            uncounted++;
        }
    }
}
