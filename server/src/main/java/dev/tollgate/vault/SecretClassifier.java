package dev.tollgate.vault;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.vault.PolicyPack.Rule;
import dev.tollgate.vault.PolicyPack.Vendor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Recognises what someone has pasted, by the policy pack. It never repeats it. */
public final class SecretClassifier {
    private static final int MAX_LENGTH = 8 * 1024;
    /** Fewer characters than this behind a known prefix, and the rest of the key is missing. */
    private static final int MIN_BEHIND_PREFIX = 4;

    private static final List<String> KINDS =
            List.of("api-key", "oauth-access-token", CloudSecrets.AWS_ACCESS_KEY, CloudSecrets.GOOGLE_SERVICE_ACCOUNT);

    /** Loaded when first asked for. */
    private static final class Standard {
        static final SecretClassifier INSTANCE = new SecretClassifier(PolicyPack.load());
    }

    /** What the secret is for; see {@link NewCredential}. */
    record Target(
            String provider,
            @Nullable String host,
            @Nullable String kind) {}

    /** A secret that may be kept, cleaned. */
    static final class Accepted implements AutoCloseable {
        private final byte[] secret;
        private final String kind;
        private final String lastFour;
        private final List<String> notices;

        private Accepted(byte[] secret, String kind, String lastFour, List<String> notices) {
            this.secret = secret;
            this.kind = kind;
            this.lastFour = lastFour;
            this.notices = List.copyOf(notices);
        }

        /** ASCII; zeros once this is closed. */
        byte[] secret() {
            return secret;
        }

        String kind() {
            return kind;
        }

        /** See {@link CredentialInfo#lastFour}. */
        String lastFour() {
            return lastFour;
        }

        List<String> notices() {
            return notices;
        }

        @Override
        public void close() {
            Arrays.fill(secret, (byte) 0);
        }

        @Override
        public String toString() {
            return "Accepted[" + kind + ", secret redacted]";
        }
    }

    private record Known(Rule rule, Recognition recognition) {}

    private final PolicyPack pack;
    private final List<Known> asCaller;

    SecretClassifier(PolicyPack pack) {
        this.pack = pack;
        this.asCaller = pack.rules().stream()
                .flatMap(rule -> rule.asCaller().stream().map(kind -> new Known(rule, recognition(rule, kind))))
                .toList();
    }

    /** By the policy pack of this build. */
    public static SecretClassifier standard() {
        return Standard.INSTANCE;
    }

    /** Such as {@code 2026.11.1}. */
    public String policyVersion() {
        return pack.version();
    }

    /**
     * Whether a caller's key is really a provider's key or a subscription's login, told by its prefix alone. Null if
     * neither. Allocates nothing; some tens of nanoseconds.
     */
    public static @Nullable Recognition recognise(CharSequence presented) {
        List<Known> known = Standard.INSTANCE.asCaller;
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).rule.startsWithPrefix(presented)) {
                return known.get(i).recognition;
            }
        }
        return null;
    }

    /**
     * The environment variable as which an unmodified client takes a secret that its owner may lend to a job of theirs;
     * empty if it may not be lent, or anything stands before it.
     */
    public static Optional<String> leasedAs(CharSequence secret) {
        return Standard.INSTANCE
                .match(secret)
                .filter(rule -> rule.startsWithPrefix(secret))
                .flatMap(rule -> Optional.ofNullable(rule.leasedAs()));
    }

    private static Recognition recognition(Rule rule, Recognition.Kind kind) {
        String message = switch (kind) {
            case SUBSCRIPTION_LOGIN -> "This is " + rule.what() + ". " + rule.instead();
            case PROVIDER_KEY ->
                "This is " + rule.what()
                        + ". Use a key that Tollgate issued (tg_…); the gate keeps the providers' keys.";
        };
        return new Recognition(kind, rule.what(), message);
    }

    /**
     * Cleans and judges a pasted secret.
     *
     * @throws Refusal that says what it is and what to use instead
     */
    Accepted accept(CharSequence pasted, Target target) {
        if (target.kind() != null && !KINDS.contains(target.kind())) {
            throw Refusal.invalid("There is no such kind of credential.", "Use one of: " + String.join(", ", KINDS));
        }
        if (pasted.length() > MAX_LENGTH) {
            throw Refusal.invalid(
                    "That is too long for a secret (more than 8 KiB).", "Give the key alone, not a whole file.");
        }
        try (SecretCleaner cleaner = new SecretCleaner(pasted)) {
            CharSequence secret = cleaner.cleaned();
            if (secret.isEmpty()) {
                throw Refusal.invalid("The secret is empty.", "Give it on standard input or at the prompt.");
            }
            List<String> notices = new ArrayList<>(cleaner.notices());
            String cloudKind = target.kind();
            if (cloudKind != null && CloudSecrets.isKind(cloudKind)) {
                CloudSecrets.Read read = CloudSecrets.read(cloudKind, secret);
                notices.addAll(read.notices());
                return new Accepted(read.secret(), cloudKind, read.lastFour(), notices);
            }
            Optional<Rule> rule = match(secret);
            rule.ifPresent(it -> refuseByPolicy(it, target));
            refuseOddCharacters(secret);
            rule.ifPresent(it -> refuseCutOff(it, secret));
            String kind = kind(rule, target);
            notices.addAll(remarks(rule, target));
            byte[] ascii = ascii(secret);
            return new Accepted(ascii, kind, Fingerprints.lastFour(ascii), notices);
        }
    }

    private Optional<Rule> match(CharSequence secret) {
        return pack.rules().stream().filter(rule -> rule.matches(secret)).findFirst();
    }

    private void refuseByPolicy(Rule rule, Target target) {
        Optional<Vendor> vendor = vendor(target);
        boolean vouchedFor = target.kind() != null && vendor.isEmpty();
        if (!rule.allowed()) {
            if (!(rule.unlessKindGiven() && vouchedFor)) {
                throw Refusal.invalid("This is " + rule.what() + ".", rule.instead());
            }
            return;
        }
        boolean own = vendor.map(Vendor::name)
                        .filter(name -> name.equals(rule.vendor()))
                        .isPresent()
                || target.provider().equals(rule.vendor());
        boolean likely = vendor.isEmpty() && rule.shared();
        if (!own && !likely && !vouchedFor) {
            throw otherVendors(rule, target, vendor);
        }
    }

    private Refusal otherVendors(Rule rule, Target target, Optional<Vendor> vendor) {
        String owner = rule.vendor();
        String title = owner == null || !pack.vendors().containsKey(owner)
                ? "another provider"
                : pack.vendors().get(owner).title();
        String cure = "Give the key of " + target.provider() + ", or add this one with --provider " + owner + ".";
        return Refusal.invalid(
                "This is " + rule.what() + ": it is for " + title + ", not for " + target.provider() + ".",
                vendor.isPresent()
                        ? cure
                        : cure + " If " + target.provider() + " really takes it, say so with --kind api-key.");
    }

    /** Whose API the provider is: by the host, where it is known, because a provider can be moved; else by its name. */
    private Optional<Vendor> vendor(Target target) {
        return target.host() == null
                ? Optional.ofNullable(pack.vendors().get(target.provider()))
                : pack.vendorAt(target.host());
    }

    private static void refuseOddCharacters(CharSequence secret) {
        for (int i = 0; i < secret.length(); i++) {
            char c = secret.charAt(i);
            if (c == '\n' || c == '\r') {
                throw Refusal.invalid(
                        "The secret has a line end inside.", "Give it on one line, and nothing beside it.");
            }
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                throw Refusal.invalid("The secret has a blank inside.", "Give the key alone, and nothing beside it.");
            }
            if (c < 0x21 || c > 0x7e) {
                throw Refusal.invalid(
                        "The secret has a character that no key has (at place " + (i + 1) + ").",
                        "Copy it again from the provider's page, with the page's copy button.");
            }
        }
    }

    private static void refuseCutOff(Rule rule, CharSequence secret) {
        for (String prefix : rule.prefixes()) {
            if (rule.allowed()
                    && secret.length() < prefix.length() + MIN_BEHIND_PREFIX
                    && prefix.contentEquals(secret.subSequence(0, Math.min(prefix.length(), secret.length())))) {
                throw Refusal.invalid(
                        "This is the beginning of " + rule.what() + "; the rest is missing.", "Copy the whole key.");
            }
        }
    }

    private static String kind(Optional<Rule> rule, Target target) {
        String given = target.kind();
        String recognised = rule.map(Rule::kind).orElse("");
        if (given == null) {
            return recognised.isEmpty() ? KINDS.getFirst() : recognised;
        }
        if (!recognised.isEmpty()
                && !recognised.equals(given)
                && !rule.map(Rule::shared).orElse(false)) {
            throw Refusal.invalid(
                    "This is " + rule.map(Rule::what).orElse("") + ", not of the kind " + given + ".",
                    "Leave out --kind: it is recognised.");
        }
        return given;
    }

    private List<String> remarks(Optional<Rule> rule, Target target) {
        List<String> remarks = new ArrayList<>();
        Optional<Vendor> vendor = vendor(target);
        if (rule.isEmpty() && vendor.isPresent()) {
            remarks.add("It does not look like the keys of " + vendor.get().title() + " that this version knows ("
                    + pack.date() + "). Check that it works with: tollgate credential check");
        }
        rule.filter(it -> !it.notice().isEmpty()).ifPresent(it -> remarks.add(it.notice()));
        rule.filter(it -> vendor.isEmpty() && !it.shared() && !target.provider().equals(it.vendor()))
                .ifPresent(it -> remarks.add("It looks like " + it.what()
                        + ". It is kept as you said, and will be sent to " + target.provider() + "."));
        return remarks;
    }

    private static byte[] ascii(CharSequence secret) {
        byte[] bytes = new byte[secret.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) secret.charAt(i);
        }
        return bytes;
    }
}
