package dev.tollgate.web.page;

import org.jspecify.annotations.Nullable;

/**
 * Makes a passkey.
 *
 * <p>The script asks {@link Paths#PASSKEY_OPTIONS} for the options, and then sends the form: POST {@link Paths#PASSKEYS}
 * with {@code name}, {@code credential} (the JSON of the browser's credential) and {@code return_to}.
 *
 * @param name proposed for the passkey, such as the device's name
 * @param first whether it is the person's first way to sign in; a password is then offered too
 * @param possible whether this server's address can have passkeys
 * @param returnTo the local path to go on to
 */
public record AddPasskeyPage(
        String name, boolean first, boolean possible, @Nullable String returnTo, Problems problems)
        implements Page {
    @Override
    public String title() {
        return first ? "Choose how you sign in" : "Add a passkey";
    }

    @Override
    public String template() {
        return "add-passkey";
    }
}
