package dev.tollgate.oauth;

import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.Wildcards;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether claims are what a rule demands. */
final class ClaimConditions {
    static final String SUBJECT = "sub";
    /** What events of pull requests begin with, those that run the target's own workflow included: strangers cause them. */
    private static final String PULL_REQUEST = "pull_request";

    /** GitLab's, of what began a pipeline: as CI_PIPELINE_SOURCE has it. */
    static final String PIPELINE_SOURCE = "pipeline_source";

    private static final Set<String> MERGE_REQUESTS = Set.of("merge_request_event", "external_pull_request_event");

    private ClaimConditions() {}

    /**
     * Whether the claim is what is wanted: the same text, or one that begins with what stands before a {@code *}. Of the two
     * forms of a repository's subject either may be wanted, and either may come.
     */
    static boolean matches(String claim, String wanted, FederationToken token) {
        String value = token.text(claim);
        if (value == null) {
            return false;
        }
        return Wildcards.stars(wanted, value) || (claim.equals(SUBJECT) && matchesOtherForm(wanted, value, token));
    }

    private static boolean matchesOtherForm(String wanted, String subject, FederationToken token) {
        RepositorySubject came = RepositorySubject.read(subject);
        if (came == null) {
            return false;
        }
        if (came.byId()) {
            return Wildcards.stars(wanted, came.byName());
        }
        RepositorySubject demanded = RepositorySubject.read(wanted);
        return demanded != null
                && demanded.byId()
                && same(demanded.ownerId(), token.text("repository_owner_id"))
                && same(demanded.repositoryId(), token.text("repository_id"))
                && Wildcards.stars(demanded.byName(), subject);
    }

    private static boolean same(@Nullable String one, @Nullable String other) {
        return one != null && one.equals(other);
    }

    /** Whether the job belongs to a pipeline that GitLab began for a merge request, or for a pull request elsewhere. */
    static boolean ofMergeRequest(FederationToken token) {
        String source = token.text(PIPELINE_SOURCE);
        return source != null && MERGE_REQUESTS.contains(source);
    }

    /** Whether the rule is about pipelines of just the token's source. */
    static boolean demandsItsSource(TrustRule rule, FederationToken token) {
        String demanded = rule.claims().get(PIPELINE_SOURCE);
        return demanded != null && demanded.equals(token.text(PIPELINE_SOURCE));
    }

    /** Whether the job was caused by a pull request. */
    static boolean ofPullRequest(FederationToken token) {
        String subject = token.text(SUBJECT);
        RepositorySubject repository = subject == null ? null : RepositorySubject.read(subject);
        return isPullRequest(token.text("event_name")) || (repository != null && repository.ofPullRequest());
    }

    /** Whether an event of that name is one of a pull request. */
    static boolean isPullRequest(@Nullable String event) {
        return event != null && event.startsWith(PULL_REQUEST);
    }
}
