package dev.tollgate.oauth;

import dev.tollgate.identity.federation.Check;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.store.StoredText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a rule demands of a token, one after the other. What is told of each is for administrators and the audit trail. */
final class FederationChecks {
    /** Of clocks that differ. */
    static final Duration SKEW = Duration.ofSeconds(30);
    /** That a token may be good for; its id is remembered as long. */
    static final Duration LONGEST_LIFE = Duration.ofHours(24);

    private static final String SIGNATURE = "signature";

    private static final int LONGEST_ID = 255;
    private static final int LONGEST_SHOWN = 120;
    /** What a job's token may be: no ID-JAG, and nothing that its issuer signs for another purpose (RFC 8725 section 3.11). */
    private static final Set<String> JOB_TYPES = Set.of("", "jwt");

    private final FederationSignature signature;
    private final Audiences audiences;
    private final Outsiders outsiders;
    private final ShownOnce shown;
    private final InstantSource clock;

    FederationChecks(
            FederationSignature signature,
            Audiences audiences,
            Outsiders outsiders,
            ShownOnce shown,
            InstantSource clock) {
        this.signature = signature;
        this.audiences = audiences;
        this.outsiders = outsiders;
        this.shown = shown;
        this.clock = clock;
    }

    /** All of them, in their order. Blocking: keys may have to be fetched. */
    List<Check> all(TrustRule rule, FederationToken token) {
        List<Check> checks = new ArrayList<>();
        Check header = header(rule, token);
        Check issuer = issuer(rule, token);
        checks.add(header);
        checks.add(issuer);
        checks.add(signature(rule, token, header, issuer));
        checks.add(audience(rule, token));
        checks.add(times(token));
        if (rule.kind() == TrustRule.Kind.JOB) {
            checks.add(event(rule, token));
        }
        for (Map.Entry<String, String> each : rule.claims().entrySet()) {
            checks.add(condition(each.getKey(), each.getValue(), token));
        }
        if (rule.kind() == TrustRule.Kind.ID_JAG) {
            checks.add(resource(token));
            checks.add(person(token));
        }
        checks.add(once(token));
        return checks;
    }

    /** Whether, of all these checks, that of the signature holds: the rule's issuer has made the token. */
    static boolean isSigned(List<Check> checks) {
        return checks.stream()
                .anyMatch(check -> check.name().equals(SIGNATURE) && check.outcome() == Check.Outcome.HOLDS);
    }

    private static Check header(TrustRule rule, FederationToken token) {
        String name = "header";
        boolean jag = rule.kind() == TrustRule.Kind.ID_JAG;
        boolean type = jag ? token.type().equals(FederationToken.ID_JAG) : JOB_TYPES.contains(token.type());
        if (!type) {
            String wanted = jag ? "\"" + FederationToken.ID_JAG + "\"" : "absent or \"JWT\"";
            return Check.fails(name, "its typ is " + shown(token.type()) + ", and must be " + wanted);
        }
        String fault = FederationSignature.headerFault(token.jwt().getHeader());
        return fault == null
                ? Check.holds(name, "signed with " + token.jwt().getHeader().getAlgorithm())
                : Check.fails(name, fault);
    }

    private static Check issuer(TrustRule rule, FederationToken token) {
        boolean same = rule.issuer().equals(token.issuer());
        return Check.of("issuer", same, same ? rule.issuer() : differs("iss", token.issuer(), rule.issuer()));
    }

    private Check signature(TrustRule rule, FederationToken token, Check header, Check issuer) {
        if (header.outcome() != Check.Outcome.HOLDS || issuer.outcome() != Check.Outcome.HOLDS) {
            return Check.open(SIGNATURE, "not looked at, for the header or the issuer is not what it must be");
        }
        String fault = signature.fault(rule, token);
        return fault == null ? Check.holds(SIGNATURE, "by a key of the issuer") : Check.fails(SIGNATURE, fault);
    }

    private Check audience(TrustRule rule, FederationToken token) {
        String name = "audience";
        String wanted = rule.kind() == TrustRule.Kind.ID_JAG ? audiences.issuer() : rule.audience();
        List<String> came = token.claims().getAudience();
        if (came.size() != 1) {
            // Whoever else it is for could bring it here.
            return Check.fails(name, "aud names " + came.size() + " audiences, and must name " + wanted + " alone");
        }
        boolean same = wanted.equals(came.getFirst());
        return Check.of(name, same, same ? wanted : differs("aud", came.getFirst(), wanted));
    }

    private Check times(FederationToken token) {
        String name = "time";
        Instant now = clock.instant();
        Instant expires = instant(token.claims().getExpirationTime());
        Instant issued = instant(token.claims().getIssueTime());
        Instant begins = instant(token.claims().getNotBeforeTime());
        if (expires == null || issued == null) {
            return Check.fails(
                    name, expires == null ? "it never expires (exp)" : "it does not say when it was made (iat)");
        }
        if (!now.isBefore(expires.plus(SKEW))) {
            return Check.fails(name, "it expired at " + expires);
        }
        if (issued.isAfter(now.plus(SKEW)) || (begins != null && begins.isAfter(now.plus(SKEW)))) {
            return Check.fails(name, "it is not good yet (iat " + issued + ", nbf " + begins + ")");
        }
        return Check.of(
                name,
                Duration.between(issued, expires).compareTo(LONGEST_LIFE) <= 0,
                "made at " + issued + ", expires at " + expires + " (it may live for a day)");
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null ? null : date.toInstant();
    }

    private static Check event(TrustRule rule, FederationToken token) {
        String name = "event";
        if (ClaimConditions.ofMergeRequest(token)) {
            boolean wanted = ClaimConditions.demandsItsSource(rule, token);
            String source = "pipeline_source is " + shown(token.text(ClaimConditions.PIPELINE_SOURCE));
            return Check.of(
                    name,
                    wanted,
                    wanted ? source : source + "; merge requests are good where the rule demands just that");
        }
        return Check.of(
                name,
                !ClaimConditions.ofPullRequest(token),
                "event_name is " + shown(token.text("event_name"))
                        + "; pull requests, which anybody opens, are never good");
    }

    private static Check condition(String claim, String wanted, FederationToken token) {
        boolean matches = ClaimConditions.matches(claim, wanted, token);
        return Check.of("claim " + claim, matches, matches ? wanted : differs(claim, token.text(claim), wanted));
    }

    /** An ID-JAG is for one place: it says which. */
    private Check resource(FederationToken token) {
        String resource = token.text("resource");
        String name = "resource";
        if (resource == null) {
            return Check.fails(name, "it does not say for which resource it is");
        }
        try {
            return Check.holds(name, audiences.asked(resource));
        } catch (OAuthRefusal e) {
            return Check.fails(name, "resource is " + shown(resource) + ", which is none of this gate's");
        }
    }

    private Check person(FederationToken token) {
        String subject = token.text(ClaimConditions.SUBJECT);
        boolean known = subject != null
                && FederationToken.isPlain(subject)
                && outsiders.person(token.issuer(), subject).isPresent();
        return Check.of(
                "person",
                known,
                known
                        ? "sub is linked to a person here"
                        : "sub is " + shown(subject) + ", which nobody here has linked as an outside sign-in");
    }

    private Check once(FederationToken token) {
        String name = "once";
        String id = token.claims().getJWTID();
        if (id == null || id.isBlank() || id.length() > LONGEST_ID) {
            return Check.fails(name, "it has no id (jti)");
        }
        boolean used = shown.before(kind(token), id);
        return Check.of(name, !used, used ? "it has been used before (jti)" : "its id (jti) has not been used");
    }

    /** Uses the token up. False if another request was faster. Its checks hold. */
    boolean use(FederationToken token) {
        Instant expires = instant(token.claims().getExpirationTime());
        String id = token.claims().getJWTID();
        if (expires == null || id == null) {
            return false;
        }
        long seconds = Duration.between(clock.instant(), expires.plus(SKEW)).toSeconds() + 1;
        return shown.first(kind(token), id, Math.max(1, seconds));
    }

    /** No access token that comes of it lives longer: its own end, or the rule's time after it was made if that is later. */
    Instant latest(TrustRule rule, FederationToken token) {
        Instant now = clock.instant();
        Instant issued = instant(token.claims().getIssueTime());
        Instant expires = instant(token.claims().getExpirationTime());
        Instant longest = now.plus(rule.lifetime());
        if (issued == null || expires == null) {
            return now;
        }
        Instant own = expires.plus(SKEW);
        Instant purpose = issued.plus(rule.lifetime());
        Instant end = own.isAfter(purpose) ? own : purpose;
        return end.isBefore(longest) ? end : longest;
    }

    private static String kind(FederationToken token) {
        return "federation " + token.issuer();
    }

    private static String differs(String claim, @Nullable String came, String wanted) {
        return claim + " is " + shown(came) + ", and must be " + shown(wanted);
    }

    /** What came from outside, fit for a table and a row. */
    static String shown(@Nullable String text) {
        return text == null ? "absent" : "\"" + StoredText.clean(text, LONGEST_SHOWN) + "\"";
    }
}
