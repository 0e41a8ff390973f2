package dev.tollgate.oauth;

import dev.tollgate.identity.Accounts;
import dev.tollgate.identity.federation.NewTrustRule;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.identity.federation.TrustRule.Kind;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Judges rules before they are kept: what they demand must tell one's own jobs from those of the rest of the world. */
final class TrustRuleForm {
    static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private static final int MOST_CLAIMS = 20;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");
    private static final Pattern ISSUER = Pattern.compile("https?://[\\x21-\\x7e&&[^?#@]]{1,500}");
    private static final Pattern PLAIN = Pattern.compile("[\\x21-\\x7e&&[^*]]{1,200}");
    private static final Pattern CLAIM = Pattern.compile("[\\x21-\\x7e&&[^=]]{1,100}");
    private static final Pattern VALUE = Pattern.compile("[^\\p{Cntrl}*]{1,500}\\*?");
    /** A kind and a whole owner, as {@code repo:octo-org/} and {@code organization:acme:}. */
    private static final Pattern OWNED = Pattern.compile("[^:/]+[:/][^:/]+[:/].*");

    /** They have checks of their own. */
    private static final Set<String> CHECKED_ANYWAY = Set.of("iss", "aud", "exp", "nbf", "iat", "jti");

    /** What tells whose job it is. At an issuer that serves everybody, everybody has a main branch. */
    private static final Set<String> TELL_WHOSE = Set.of(
            "sub",
            "repository",
            "repository_id",
            "repository_owner",
            "repository_owner_id",
            "project_path",
            "project_id",
            "namespace_path",
            "namespace_id",
            "repositoryUuid",
            "workspaceUuid",
            "client_id",
            "azp");

    /** Of these, what tells one repository or project from all others of its owner. */
    private static final Set<String> TELL_ONE =
            Set.of("repository", "repository_id", "project_path", "project_id", "repositoryUuid");

    /** The default audience of GitHub's tokens: not made for anybody in particular. */
    private static final String DEFAULT_AUDIENCE = "https://github.com/";

    private TrustRuleForm() {}

    /**
     * The rule that is wanted, whole.
     *
     * @throws Refusal if anything of it is not good
     */
    static TrustRule read(NewTrustRule wanted, Instant now) {
        require(NAME, wanted.name(), "The name is not well formed.", "Use up to 40 of a-z, 0-9 and '-'.");
        requireIssuer(wanted);
        requireAudience(wanted);
        requireClaims(wanted.claims());
        boolean job = wanted.kind() == Kind.JOB;
        if (!job && !wanted.account().isEmpty()) {
            throw Refusal.invalid("The account of an ID-JAG is its person's.", "Leave the account out.");
        }
        String account = job && wanted.account().isEmpty() ? Accounts.DEFAULT : wanted.account();
        if (job) {
            Accounts.require(account);
        }
        return new TrustRule(
                Ids.sortable("fed", now.toEpochMilli()),
                wanted.name(),
                wanted.kind(),
                wanted.issuer(),
                wanted.near(),
                wanted.audience(),
                new TreeMap<>(wanted.claims()),
                scopes(wanted.scopes()),
                account,
                wanted.cap(),
                lifetime(wanted),
                now);
    }

    /** Whether it lets in nothing but the jobs of one repository or project, or of one subject. */
    static boolean isOfOneProject(TrustRule rule) {
        String subject = rule.claims().get(ClaimConditions.SUBJECT);
        boolean one = subject != null && (!subject.endsWith("*") || RepositorySubject.read(subject) != null);
        return rule.kind() == Kind.JOB
                && (one || rule.claims().keySet().stream().anyMatch(TELL_ONE::contains));
    }

    private static void require(Pattern pattern, String text, String message, String cure) {
        if (!pattern.matcher(text).matches()) {
            throw Refusal.invalid(message, cure);
        }
    }

    private static void requireIssuer(NewTrustRule wanted) {
        require(
                ISSUER,
                wanted.issuer(),
                "The issuer is not a plain URL.",
                "Give it as its tokens have it in iss, such as https://token.actions.githubusercontent.com.");
        if (!wanted.near() && !wanted.issuer().startsWith("https://")) {
            throw Refusal.invalid(
                    "The issuer is not encrypted.", "Use https; http is for private networks alone (--private).");
        }
    }

    private static void requireAudience(NewTrustRule wanted) {
        if (wanted.kind() == Kind.ID_JAG) {
            if (!wanted.audience().isEmpty()) {
                throw Refusal.invalid("The audience of an ID-JAG is this gate itself.", "Leave the audience out.");
            }
            return;
        }
        require(
                PLAIN,
                wanted.audience(),
                "The audience is not one plain text.",
                "Give the one that your jobs ask for, best this gate's address; it is compared exactly.");
        if (wanted.audience().toLowerCase(Locale.ROOT).startsWith(DEFAULT_AUDIENCE)) {
            throw Refusal.invalid(
                    "That is the audience which every job's token has by default: it may have been made for anyone.",
                    "Let the job ask for one of this gate's own, best its address.");
        }
    }

    private static void requireClaims(Map<String, String> claims) {
        if (claims.size() > MOST_CLAIMS) {
            throw Refusal.invalid("A rule demands at most " + MOST_CLAIMS + " claims.", "Leave some out.");
        }
        claims.forEach(TrustRuleForm::requireClaim);
        if (claims.keySet().stream().noneMatch(TELL_WHOSE::contains)) {
            throw Refusal.invalid(
                    "The rule does not say whose jobs it means: anybody's with that audience would be let in.",
                    "Demand one of these claims, too: "
                            + String.join(", ", TELL_WHOSE.stream().sorted().toList()) + ".");
        }
    }

    private static void requireClaim(String claim, String value) {
        require(CLAIM, claim, "A claim's name is not well formed.", "Use visible ASCII without '='.");
        if (CHECKED_ANYWAY.contains(claim)) {
            throw Refusal.invalid("The claim " + claim + " is checked anyway.", "Leave it out.");
        }
        require(
                VALUE,
                value,
                "What the claim " + claim + " must be is not well formed.",
                "Give up to 500 characters. A '*' may stand at the end alone, with something before it.");
        boolean open = value.endsWith("*");
        if (open && TELL_WHOSE.contains(claim) && !claim.equals(ClaimConditions.SUBJECT)) {
            throw Refusal.invalid("The claim " + claim + " tells whose job it is.", "Give it whole, without a '*'.");
        }
        if (open
                && claim.equals(ClaimConditions.SUBJECT)
                && !OWNED.matcher(value).matches()) {
            throw Refusal.invalid(
                    "That subject fits the jobs of strangers.",
                    "Let the '*' stand behind the whole owner, as in repo:octo-org/*.");
        }
        if (claim.equals("event_name") && ClaimConditions.isPullRequest(value)) {
            throw Refusal.invalid(
                    "Jobs of pull requests are never let in: anybody can open one.",
                    "Demand another event, such as push.");
        }
    }

    private static List<String> scopes(List<String> wanted) {
        if (wanted.isEmpty()) {
            return List.of(Scopes.MODELS);
        }
        List<String> scopes;
        try {
            scopes = Scopes.asked(wanted);
        } catch (OAuthRefusal e) {
            throw Refusal.invalid(
                    "There is a scope that this gate does not have.",
                    "It has " + Scopes.MODELS + ", " + Scopes.MODELS + ":ALIAS, " + Scopes.USAGE
                            + ", mcp:SERVER and mcp:SERVER:TOOL.");
        }
        for (String scope : scopes) {
            boolean good = scope.startsWith(Scopes.MODELS) || scope.equals(Scopes.USAGE) || scope.startsWith("mcp:");
            if (!good) {
                throw Refusal.invalid(
                        "The scope " + scope + " is for people who have signed in here.", "Leave it out of the rule.");
            }
        }
        return scopes;
    }

    private static Duration lifetime(NewTrustRule wanted) {
        Duration lifetime = wanted.lifetime() == null ? LONGEST : wanted.lifetime();
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw Refusal.invalid("An access token lives for 1 to 15 minutes.", "Give a lifetime such as 10m.");
        }
        return lifetime;
    }
}
