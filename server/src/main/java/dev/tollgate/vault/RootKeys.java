package dev.tollgate.vault;

import dev.tollgate.kernel.Refusal;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Root keys from one source: the one that seals a stored keyring, or a new one. Every way to fail has its own cure. */
abstract sealed class RootKeys {
    private static final String HOPELESS = "Without it nobody can open the stored credentials: as a last resort start "
            + "with an empty database (another --home) and add them again.";

    /**
     * A root key that no keyring is sealed by yet.
     *
     * @param parameters what it takes to find the key again, to be stored; no secret
     */
    record Fresh(RootKey key, String parameters) {}

    static RootKeys of(RootKeySource source) {
        return switch (source) {
            case RootKeySource.KeyFile keyFile -> new FromFile(new MasterKeyFile(keyFile.file()));
            case RootKeySource.Passphrase passphrase -> new FromPassphrase(passphrase);
            case RootKeySource.EnvironmentVariable variable -> new FromEnvironment(variable);
        };
    }

    abstract String sourceName();

    /** The key for a keyring that is to be sealed by this source from now on. */
    abstract Fresh fresh();

    abstract List<RootKey> candidates(KeyringRows.Row row);

    abstract Refusal wrongKey(KeyringRows.Row row);

    /** The file, if that is the source: only then can Tollgate itself replace the root key. */
    Optional<MasterKeyFile> file() {
        return Optional.empty();
    }

    /** Erases what is not needed once the key is known. */
    void forget() {}

    /** The key that seals this keyring, if this source has it. */
    final Optional<RootKey> find(KeyringRows.Row row) {
        if (!row.rootSource().equals(sourceName())) {
            return Optional.empty();
        }
        return candidates(row).stream()
                .filter(key -> key.id().equals(row.rootId()))
                .findFirst();
    }

    /** Why {@link #find} found nothing. */
    final Refusal cannotOpen(KeyringRows.Row row) {
        return row.rootSource().equals(sourceName()) ? wrongKey(row) : otherSource(row.rootSource());
    }

    private Refusal otherSource(String stored) {
        String cure = switch (stored) {
            case "passphrase" -> "Set TOLLGATE_PASSPHRASE. To move away from it, set TOLLGATE_PREVIOUS_PASSPHRASE";
            case "environment" -> "Set TOLLGATE_MASTER_KEY. To move away from it, set TOLLGATE_PREVIOUS_MASTER_KEY";
            default ->
                "Unset TOLLGATE_MASTER_KEY and TOLLGATE_PASSPHRASE. To move away from the key file, set"
                        + " TOLLGATE_PREVIOUS_KEY_FILE to its path";
        };
        return Refusal.conflict(
                "This vault is sealed from the source \"" + stored + "\", and \"" + sourceName() + "\" is given.",
                cure + " for one start.");
    }

    static final class FromFile extends RootKeys {
        private final MasterKeyFile file;

        FromFile(MasterKeyFile file) {
            this.file = file;
        }

        @Override
        String sourceName() {
            return "file";
        }

        @Override
        Optional<MasterKeyFile> file() {
            return Optional.of(file);
        }

        @Override
        Fresh fresh() {
            if (!file.exists()) {
                file.create(RootKey.random());
            }
            return new Fresh(file.read().getFirst(), "");
        }

        @Override
        List<RootKey> candidates(KeyringRows.Row row) {
            return file.exists() ? file.read() : List.of();
        }

        @Override
        Refusal wrongKey(KeyringRows.Row row) {
            if (!file.exists()) {
                return Refusal.notFound(
                        "The key file " + file.path() + " is missing, and this vault is sealed by it (key "
                                + row.rootId() + ").",
                        "Put it back from your copy. " + HOPELESS);
            }
            String held = file.read().stream().map(RootKey::id).collect(Collectors.joining(", "));
            return Refusal.conflict(
                    "The key file " + file.path() + " is another vault's: it holds key " + held
                            + ", and this one is sealed by key " + row.rootId() + ".",
                    "Put back the key file of this database. " + HOPELESS);
        }
    }

    static final class FromPassphrase extends RootKeys {
        private static final int MIN_CHARACTERS = 12;
        private final RootKeySource.Passphrase passphrase;

        FromPassphrase(RootKeySource.Passphrase passphrase) {
            this.passphrase = passphrase;
        }

        @Override
        String sourceName() {
            return "passphrase";
        }

        @Override
        Fresh fresh() {
            if (passphrase.text().length < MIN_CHARACTERS) {
                throw Refusal.invalid(
                        "The vault's passphrase is shorter than " + MIN_CHARACTERS + " characters.",
                        "Choose a longer one, such as six random words.");
            }
            Argon2id stretching = Argon2id.fresh();
            return new Fresh(stretching.derive(passphrase.text()), stretching.toString());
        }

        @Override
        List<RootKey> candidates(KeyringRows.Row row) {
            return List.of(Argon2id.parse(row.rootParameters()).derive(passphrase.text()));
        }

        @Override
        Refusal wrongKey(KeyringRows.Row row) {
            return Refusal.conflict(
                    "The passphrase does not open this vault.",
                    "Check it, and that nothing cuts off its end. To change it, set TOLLGATE_PREVIOUS_PASSPHRASE to the"
                            + " old one for one start.");
        }

        @Override
        void forget() {
            Arrays.fill(passphrase.text(), '\0');
        }
    }

    static final class FromEnvironment extends RootKeys {
        private final RootKeySource.EnvironmentVariable variable;

        FromEnvironment(RootKeySource.EnvironmentVariable variable) {
            this.variable = variable;
        }

        @Override
        String sourceName() {
            return "environment";
        }

        @Override
        Fresh fresh() {
            return new Fresh(key(), "");
        }

        @Override
        List<RootKey> candidates(KeyringRows.Row row) {
            return List.of(key());
        }

        private RootKey key() {
            byte[] bytes = decoded();
            if (bytes.length != Aeads.KEY_BYTES) {
                throw Refusal.invalid(
                        variable.variable() + " is not the base64 of 32 bytes.",
                        "Make one with: openssl rand -base64 32");
            }
            RootKey key = RootKey.of(bytes);
            Arrays.fill(bytes, (byte) 0);
            return key;
        }

        private byte[] decoded() {
            try {
                return Base64.getDecoder().decode(variable.base64().strip());
            } catch (IllegalArgumentException e) {
                return new byte[0]; // the decoder's own message would repeat a part of the key
            }
        }

        @Override
        Refusal wrongKey(KeyringRows.Row row) {
            return Refusal.conflict(
                    "The key in " + variable.variable() + " is not the one that seals this vault (key " + row.rootId()
                            + ").",
                    "Set the value that it had. To change it, set TOLLGATE_PREVIOUS_MASTER_KEY to the old value for one"
                            + " start. "
                            + HOPELESS);
        }
    }
}
