package dev.tollgate.gateway;

import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheKeys;
import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.CachePolicy;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;

/**
 * What the answer cache has to do with a call. Nothing, unless the call's key or alias says so. A call is looked up when it has passed
 * every check, so a kept answer goes to nobody who could not have asked for it now.
 */
public final class AnswerCaching {
    private static final CharSequence CACHE = HttpHeaders.createOptimized("x-tollgate-cache");
    private static final CharSequence HIT = HttpHeaders.createOptimized("hit");
    private static final CharSequence MISS = HttpHeaders.createOptimized("miss");
    private static final CharSequence BYPASS = HttpHeaders.createOptimized("bypass");
    private static final Turn NONE = new Turn.None();
    private static final Turn NOT_KEPT = new Turn.NotKept();

    private final AnswerCache cache;
    private final CallKeys keys;
    private final NormalEnd normalEnd;

    /**
     * The part of that cache.
     *
     * @param codecs of all that clients speak
     */
    public AnswerCaching(AnswerCache cache, Map<Protocol, Codec> codecs) {
        this.cache = cache;
        this.keys = new CallKeys(new CacheKeys());
        this.normalEnd = new NormalEnd(codecs);
    }

    /** How a call goes on. */
    sealed interface Turn {
        /** As if there were no cache. */
        record None() implements Turn {}

        /** It has its answer. */
        record Hit(AnswerCache.Found found) implements Turn {}

        /** As ever; its answer may be kept. */
        record Miss(Recording recording) implements Turn {}

        /** The caller wants a kept answer or none, and there is none. */
        record NotKept() implements Turn {}
    }

    /** Looks the call up, and says in its answer's head what came of it. */
    Turn turn(Permitted permitted, CatalogView catalog, BodyRoom bodies) {
        Caller caller = permitted.identified().caller();
        Alias alias = permitted.alias() == null ? null : catalog.aliases().get(permitted.alias());
        CachePolicy policy = CachePolicy.both(caller.cache(), alias == null ? null : alias.cache());
        if (policy == null || !cache.isOn()) {
            return NONE;
        }
        HttpServerRequest http = permitted.inbound().http();
        CacheDirectives asked = CacheDirectives.of(http.headers());
        boolean strict = caller.strict() || (alias != null && alias.strict());
        CacheKey key = asked.noStore() ? null : keys.of(permitted, policy.scope(), strict);
        AnswerCache.Found found = key == null || asked.noCache() ? null : cache.find(key, policy.maxAgeSeconds());
        if (found != null && found.ageSeconds() <= asked.maxAgeSeconds()) {
            http.response().putHeader(CACHE, HIT);
            return new Turn.Hit(found);
        }
        http.response().putHeader(CACHE, key == null ? BYPASS : MISS);
        if (asked.onlyIfCached()) {
            return NOT_KEPT;
        }
        return key == null
                ? NONE
                : new Turn.Miss(new Recording(cache, normalEnd, bodies, permitted, key, policy.maxAgeSeconds()));
    }
}
