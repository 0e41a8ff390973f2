package dev.tollgate.oauth;

import java.util.List;

/**
 * One sign-in of a client under a grant: what came of one code. Its tokens end together.
 *
 * @param id {@code fam_…}
 * @param scopes of its access tokens at most
 * @param jkt thumbprint (RFC 7638) of the key that refreshing must prove; empty: none
 * @param authTimeMillis when the person had signed in; 0: nobody did
 * @param amr how, by RFC 8176
 * @param expiresAtMillis when it ends; rotation does not extend it
 */
record TokenFamily(
        String id,
        String grantId,
        String clientId,
        List<String> scopes,
        String resource,
        String jkt,
        long authTimeMillis,
        List<String> amr,
        long createdAtMillis,
        long expiresAtMillis,
        long revokedAtMillis) {
    TokenFamily {
        scopes = List.copyOf(scopes);
        amr = List.copyOf(amr);
    }

    boolean alive(long nowMillis) {
        return revokedAtMillis == 0 && nowMillis < expiresAtMillis;
    }
}
