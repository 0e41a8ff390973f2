package dev.tollgate.identity;

import dev.tollgate.kernel.CachePolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, proven.
 *
 * @param keyId the virtual key's id (not secret)
 * @param account who pays
 * @param modelGlobs what the key may use; empty is everything
 * @param strict whether a call is refused that would lose anything of meaning in conversion
 * @param cache whether answers may be given again; {@code null}: not by this key
 */
public record Caller(
        String keyId,
        String keyName,
        String account,
        List<String> modelGlobs,
        boolean strict,
        @Nullable CachePolicy cache) {
    public Caller {
        modelGlobs = List.copyOf(modelGlobs);
    }

    /** One that takes losses, and reads of them in the answer; its answers are not kept. */
    public Caller(String keyId, String keyName, String account, List<String> modelGlobs) {
        this(keyId, keyName, account, modelGlobs, false, null);
    }
}
