package dev.tollgate.oauth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tollgate.kernel.store.StoredText;
import java.text.ParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A signed JWT of another issuer, read and not yet believed. */
record FederationToken(SignedJWT jwt, JWTClaimsSet claims) {
    private static final int LONGEST = 16 << 10;
    private static final int LONGEST_NAME = 1_000;
    /** Of an Identity Assertion JWT Authorization Grant. */
    static final String ID_JAG = "oauth-id-jag+jwt";

    /** Null if the text is no signed JWT; {@code alg: none} is not signed. */
    static @Nullable FederationToken read(String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        try {
            SignedJWT jwt = SignedJWT.parse(text.strip());
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            return claims == null ? null : new FederationToken(jwt, claims);
        } catch (ParseException e) {
            return null;
        }
    }

    /** Whether a store can look for it: what has not been believed yet may hold anything. */
    static boolean isPlain(String text) {
        return text.length() <= LONGEST_NAME
                && StoredText.clean(text, LONGEST_NAME).equals(text);
    }

    /** As it says; empty if it says nothing. */
    String issuer() {
        String issuer = claims.getIssuer();
        return issuer == null ? "" : issuer;
    }

    /** In lower case, without the {@code application/} that may be left out (RFC 7515 section 4.1.9); empty if it has none. */
    String type() {
        JOSEObjectType type = jwt.getHeader().getType();
        String text = type == null ? "" : type.getType().toLowerCase(Locale.ROOT);
        return text.startsWith("application/") ? text.substring("application/".length()) : text;
    }

    /** A claim that is a text, a whole number or a truth value, as text; null if it is absent or anything else. */
    @Nullable
    String text(String claim) {
        return switch (claims.getClaim(claim)) {
            case String text -> text;
            case Long number -> number.toString();
            case Integer number -> number.toString();
            case Boolean truth -> truth.toString();
            case null, default -> null;
        };
    }

    /** Not its text: it may still be good for something. */
    @Override
    public String toString() {
        return "FederationToken[" + type() + "]";
    }
}
