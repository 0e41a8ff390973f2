package dev.tollgate.oauth;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The subject of a job of GitHub Actions. There are two forms of it: {@code repo:octo/app:ref:refs/heads/main}, and for
 * repositories made or renamed since 2026-07-15 {@code repo:octo@123/app@456:ref:refs/heads/main}, with the ids that no
 * renaming changes.
 *
 * @param ownerId null in the first form, as is the repository's
 * @param rest from the colon behind the repository on: what the job is for
 */
record RepositorySubject(
        String owner,
        @Nullable String ownerId,
        String repository,
        @Nullable String repositoryId,
        String rest) {
    /** No '@' may stand in a name there: nobody can name a repository so that it looks like another's second form. */
    private static final Pattern FORM =
            Pattern.compile("repo:([A-Za-z0-9_-]+)(?:@([0-9]+))?/([A-Za-z0-9._-]+)(?:@([0-9]+))?(:.*)");

    /** Null if it has neither form. */
    static @Nullable RepositorySubject read(String subject) {
        Matcher parts = FORM.matcher(subject);
        return parts.matches()
                ? new RepositorySubject(parts.group(1), parts.group(2), parts.group(3), parts.group(4), parts.group(5))
                : null;
    }

    /** In the first form. */
    String byName() {
        return "repo:" + owner + "/" + repository + rest;
    }

    /** Whether it has both ids. */
    boolean byId() {
        return ownerId != null && repositoryId != null;
    }

    /** Whether the job runs for a pull request, which anybody may open. */
    boolean ofPullRequest() {
        return rest.equals(":pull_request");
    }
}
