package dev.tollgate.web;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells the gate's own forms from those that another site sends in a person's name. Two defences, either of which would do:
 * what the browser says of where the request comes from, and a token that only a page of ours holds. The token is bound to
 * the session's cookie, or before there is a session to a cookie of the forms' own, so that one person's token is of no use
 * with another's cookie (which is how somebody is signed in to an attacker's account).
 */
public final class Csrf {
    /** The form's field. */
    public static final String FIELD = "csrf";

    private static final String MAC = "HmacSHA256";

    /** What a check found. */
    public sealed interface Verdict {
        /** A form of ours. */
        record Passed() implements Verdict {}

        /** Not a form of ours, or no longer. */
        record Forged(Reason reason) implements Verdict {}
    }

    /** Why a request is not believed. */
    public enum Reason {
        /** The browser says that another site sent it. */
        CROSS_SITE,
        /** The browser keeps no cookie of ours. */
        NO_COOKIE,
        /** The token is missing, or of another session: the page is older than the last sign-in or sign-out. */
        STALE
    }

    private static final Verdict PASSED = new Verdict.Passed();

    private final byte[] key;
    private final Supplier<String> publicUrl;

    /**
     * A guard.
     *
     * @param key at least 32 bytes, used for nothing else
     * @param publicUrl where browsers find the gate
     */
    Csrf(byte[] key, Supplier<String> publicUrl) {
        if (key.length < 32) {
            throw new IllegalArgumentException("A key of at least 32 bytes is needed.");
        }
        this.key = key.clone();
        this.publicUrl = publicUrl;
    }

    /** What forms are bound to: the session's cookie, else the forms' own; null if the browser sent neither. */
    static @Nullable String binding(WebRequest request) {
        String session = request.cookie(Cookies.SESSION);
        if (session != null && !session.isEmpty()) {
            return ofSession(session);
        }
        String form = request.cookie(Cookies.FORM);
        return form == null || form.isEmpty() ? null : ofForm(form);
    }

    static String ofSession(String cookie) {
        return "s" + cookie;
    }

    static String ofForm(String cookie) {
        return "f" + cookie;
    }

    /** The token for a binding. */
    String token(String binding) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            byte[] tag = mac.doFinal(("csrf " + binding).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no " + MAC, e);
        }
    }

    /** Judges a request that changes something. */
    public Verdict check(WebRequest request) {
        if (!fromHere(request)) {
            return new Verdict.Forged(Reason.CROSS_SITE);
        }
        String binding = binding(request);
        if (binding == null) {
            return new Verdict.Forged(Reason.NO_COOKIE);
        }
        String presented = request.form().get(FIELD);
        boolean same = presented != null
                && MessageDigest.isEqual(
                        token(binding).getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
        return same ? PASSED : new Verdict.Forged(Reason.STALE);
    }

    /**
     * Absent headers pass: an old browser sends none, and the token decides. {@code none} is the person's own doing, such as
     * a page that was loaded again.
     */
    private boolean fromHere(WebRequest request) {
        var sites = request.headers().getAll("sec-fetch-site");
        var origins = request.headers().getAll("origin");
        boolean site = sites.isEmpty()
                || (sites.size() == 1
                        && (sites.getFirst().equals("same-origin")
                                || sites.getFirst().equals("none")));
        boolean origin = origins.isEmpty()
                || (origins.size() == 1 && origins.getFirst().equals(Origins.of(publicUrl.get())));
        return site && origin;
    }
}
