package dev.tollgate.identity;

import dev.tollgate.identity.CallerResolution.Identified;
import dev.tollgate.identity.CallerResolution.Insufficient;
import dev.tollgate.identity.CallerResolution.Missing;
import dev.tollgate.identity.CallerResolution.Reason;
import dev.tollgate.identity.CallerResolution.Rejected;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells who is calling by the keys and access tokens that a request carries. In memory, without waiting, in about a microsecond; from any
 * thread. What was presented is neither kept nor logged.
 */
public final class CallerResolver {
    private static final String BEARER = "Bearer";
    /** Longer than any key or token of a provider; beyond it nothing is looked at. */
    private static final int MAX_LENGTH = 8_192;

    /** Anthropic's OAuth access and refresh tokens and the session of claude.ai. */
    private static final List<String> SUBSCRIPTIONS = List.of("sk-ant-oat01-", "sk-ant-ort01-", "sk-ant-sid01-");

    /** How the keys of providers begin; they belong into the vault. */
    private static final List<String> PROVIDER_KEYS =
            List.of("sk-", "AIza", "AQ.", "ABSK", "bedrock-api-key-", "gsk_", "xai-");

    /** How every JWT begins: a brace and a quotation mark in base64url. */
    private static final String JWT = "eyJ";

    private static final Missing MISSING = new Missing();
    private static final Rejected UNKNOWN = new Rejected(Reason.UNKNOWN);
    private static final Rejected CONFLICTING = new Rejected(Reason.CONFLICTING);
    private static final Rejected SUBSCRIPTION_LOGIN = new Rejected(Reason.SUBSCRIPTION_LOGIN);
    private static final Rejected TOKEN_IN_ADDRESS = new Rejected(Reason.TOKEN_IN_ADDRESS);
    private static final Rejected PROVIDER_KEY = new Rejected(Reason.PROVIDER_KEY);

    private final KeyIndex index;
    private final BearerTokens tokens;
    private final InstantSource clock;

    CallerResolver(KeyIndex index, BearerTokens tokens, InstantSource clock) {
        this.index = index;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Who may call models, see {@link #resolve(String, String, String, String, Right)}. */
    public CallerResolution resolve(
            @Nullable String authorization,
            @Nullable String xApiKey,
            @Nullable String xGoogApiKey,
            @Nullable String queryKey) {
        return resolve(authorization, xApiKey, xGoogApiKey, queryKey, Right.MODELS);
    }

    /**
     * Each argument is what arrived, {@code null} or blank where nothing did. Several may carry the same key, as clients
     * with a key helper do. A subscription's login is named as such wherever it stands, since whoever sent it needs to
     * know; otherwise two different keys are refused, for nobody could say which of them was meant. An access token may stand in
     * any header, but never in the address (RFC 9700, section 4.3.2).
     *
     * @param authorization the {@code Authorization} header as it came, with or without its {@code Bearer}
     * @param xApiKey the {@code x-api-key} header
     * @param xGoogApiKey the {@code x-goog-api-key} header
     * @param queryKey the {@code key} parameter of the query, decoded
     * @param wanted the right without which nobody is let in
     */
    public CallerResolution resolve(
            @Nullable String authorization,
            @Nullable String xApiKey,
            @Nullable String xGoogApiKey,
            @Nullable String queryKey,
            Right wanted) {
        String bearer = present(authorization == null ? null : withoutScheme(authorization));
        String apiKey = present(xApiKey);
        String googApiKey = present(xGoogApiKey);
        String query = present(queryKey);
        if (isSubscription(bearer) || isSubscription(apiKey) || isSubscription(googApiKey) || isSubscription(query)) {
            return SUBSCRIPTION_LOGIN;
        }
        String key = first(first(bearer, apiKey), first(googApiKey, query));
        if (key == null) {
            return MISSING;
        }
        if (differs(key, bearer) || differs(key, apiKey) || differs(key, googApiKey) || differs(key, query)) {
            return CONFLICTING;
        }
        if (query != null && query.startsWith(JWT)) {
            return TOKEN_IN_ADDRESS;
        }
        return identify(key, wanted);
    }

    private CallerResolution identify(String key, Right wanted) {
        long now = clock.millis();
        Caller caller = key.startsWith(JWT) ? tokens.find(key, now) : index.find(key, now);
        if (caller != null) {
            return caller.may(wanted) ? new Identified(caller) : new Insufficient(wanted);
        }
        return startsWithAny(key, PROVIDER_KEYS) ? PROVIDER_KEY : UNKNOWN;
    }

    private static String withoutScheme(String authorization) {
        String value = authorization.length() > MAX_LENGTH ? authorization : authorization.strip();
        int end = BEARER.length();
        boolean scheme = value.regionMatches(true, 0, BEARER, 0, end)
                && (value.length() == end || Character.isWhitespace(value.charAt(end)));
        return scheme ? value.substring(end) : value;
    }

    /** Without the blanks that may stand around a header's value; null if nothing is left. */
    private static @Nullable String present(@Nullable String value) {
        if (value == null) {
            return null;
        }
        String stripped = value.length() > MAX_LENGTH ? value : value.strip();
        return stripped.isEmpty() ? null : stripped;
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }

    private static boolean differs(String key, @Nullable String other) {
        return other != null && !other.equals(key);
    }

    private static boolean isSubscription(@Nullable String key) {
        return key != null && startsWithAny(key, SUBSCRIPTIONS);
    }

    private static boolean startsWithAny(String key, List<String> prefixes) {
        for (String prefix : prefixes) {
            if (key.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
