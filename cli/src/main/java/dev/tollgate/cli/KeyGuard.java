package dev.tollgate.cli;

import java.util.concurrent.atomic.AtomicBoolean;

/** Revokes a key when the block ends, however it ends short of {@code kill -9}; after that the key's expiry stands. */
final class KeyGuard implements AutoCloseable {
    private final AdminApi api;
    private final String id;
    private final Output out;
    private final AtomicBoolean revoked = new AtomicBoolean();
    private final Thread hook = new Thread(this::revoke, "revoke-key");

    /** Guards a key, given as the admin API created it. */
    KeyGuard(AdminApi api, Json.Obj key, Output out) {
        this.api = api;
        this.id = key.text("id");
        this.out = out;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        revoke();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyStopping) {
            // The hook runs or ran; it found the key revoked.
        }
    }

    private void revoke() {
        if (!revoked.compareAndSet(false, true)) {
            return;
        }
        try {
            api.delete(Resource.of("/keys/{}", id));
        } catch (Failure failure) {
            out.notice("Warning: the key " + id + " could not be revoked (" + failure.message()
                    + ") and stays in force until it expires. Revoke it: tollgate key revoke " + id);
        }
    }
}
