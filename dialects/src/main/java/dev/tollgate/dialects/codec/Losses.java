package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        add(new Loss(Loss.Side.REQUEST, at, why, Loss.Weight.MEANING));
    }

    public void request(Extra extra) {
        if (extra.weight() == Extra.Weight.INCIDENTAL) {
            incidental(extra.at(), extra.why());
        } else {
            request(extra.at(), extra.why());
        }
    }

    /** As {@link #request(Said, String)}, of what does not shape the answer ({@link Loss.Weight#INCIDENTAL}). */
    public void incidental(@Nullable Said<?> said, String why) {
        if (said != null) {
            incidental(said.at(), why);
        }
    }

    public void incidental(Path at, String why) {
        add(new Loss(Loss.Side.REQUEST, at, why, Loss.Weight.INCIDENTAL));
    }

    /** A number of sampling. One that is a vendor's own default, as clients send it by themselves, asks for nothing. */
    public void sampling(@Nullable Said<Json.Num> said, String why) {
        if (said != null && isUsual(said)) {
            incidental(said.at(), why);
        } else {
            request(said, why);
        }
    }

    private static boolean isUsual(Said<Json.Num> said) {
        double value = said.value().asDouble().orElse(Double.NaN);
        return switch (said.at().name()) {
            case "temperature" -> value == 1;
            case "top_p", "topP" -> value == 1 || value == 0.95; // of Gemini
            case "top_k", "topK" -> value == 64 || value == 40; // of Gemini, today and before
            case "frequency_penalty", "presence_penalty", "frequencyPenalty", "presencePenalty" -> value == 0;
            case null, default -> false;
        };
    }

    public void answer(Path at, String why) {
        add(new Loss(Loss.Side.ANSWER, at, why, Loss.Weight.MEANING));
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

    /** What a strict caller refuses to lose: of the request, what shapes the answer. */
    public List<Loss> ofMeaning() {
        return byField.values().stream()
                .filter(loss -> loss.side() == Loss.Side.REQUEST && loss.weight() == Loss.Weight.MEANING)
                .toList();
    }

    /** How many losses of further fields are not in the list. */
    public int uncounted() {
        return uncounted;
    }

    private void add(Loss loss) {
        String key = loss.side() + loss.at().field();
        Loss before = byField.get(key);
        if (before == null && byField.size() == MOST) {
            uncounted++;
        } else if (before == null || loss.weight().compareTo(before.weight()) < 0) {
            byField.put(key, loss); // at one field both can be lost: what has meaning is told
        }
    }
}
