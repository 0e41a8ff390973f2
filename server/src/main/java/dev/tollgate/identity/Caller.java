package dev.tollgate.identity;

import dev.tollgate.kernel.CachePolicy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, proven.
 *
 * @param keyId the id of the virtual key, or of the grant that the access token belongs to (not secret)
 * @param keyName the key's name, or that of the grant's app
 * @param account who pays
 * @param modelGlobs what the key or the token's scopes permit; empty is everything
 * @param strict whether a call is refused that would lose anything of meaning in conversion
 * @param cache whether answers may be given again; {@code null}: not by this key
 * @param member the id of the person in whose name it calls; {@code null}: a key or a job, which stand for nobody
 * @param app the app that the token was issued to, as usage and budgets name it ({@link AppName}); {@code null}: a key, whose
 *     client may say what it likes
 * @param rights what it may do here
 */
public record Caller(
        String keyId,
        String keyName,
        String account,
        List<String> modelGlobs,
        boolean strict,
        @Nullable CachePolicy cache,
        @Nullable String member,
        @Nullable String app,
        Set<Right> rights) {
    public Caller {
        modelGlobs = List.copyOf(modelGlobs);
        rights = Set.copyOf(rights);
    }

    /** One that may do everything, as keys may. */
    public Caller(
            String keyId,
            String keyName,
            String account,
            List<String> modelGlobs,
            boolean strict,
            @Nullable CachePolicy cache,
            @Nullable String member,
            @Nullable String app) {
        this(keyId, keyName, account, modelGlobs, strict, cache, member, app, Right.ALL);
    }

    /** A key that takes losses, and reads of them in the answer; its answers are not kept. */
    public Caller(String keyId, String keyName, String account, List<String> modelGlobs) {
        this(keyId, keyName, account, modelGlobs, false, null, null, null);
    }

    /** Whether it has that right. */
    public boolean may(Right right) {
        return rights.contains(right);
    }

    /** Whether this is the id of a grant, not of a key. */
    public static boolean isGrant(String keyId) {
        return keyId.startsWith("gra_");
    }

    /**
     * Whoever presents an access token.
     *
     * @param rights those of its scopes
     * @param modelGlobs of no meaning without {@link Right#MODELS}
     * @param member null: it stands for nobody
     * @param clientId of the client that the token was issued to
     */
    public static Caller ofToken(
            String grantId,
            String clientName,
            String account,
            Set<Right> rights,
            List<String> modelGlobs,
            @Nullable String member,
            String clientId) {
        return new Caller(grantId, clientName, account, modelGlobs, false, null, member, AppName.of(clientId), rights);
    }
}
