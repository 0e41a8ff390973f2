package dev.tollgate.alert;

import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Wildcards;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The kinds of notices that there are. */
public enum NoticeType {
    /** A share of a budget's limit has been spent. */
    BUDGET_THRESHOLD("budget.threshold"),
    /** A budget has refused a call before all of its limit was spent. */
    BUDGET_REFUSING("budget.refusing"),
    /** The clock was ahead and has been set back: what was granted meanwhile is spent first. */
    BUDGET_CLOCK_SET_BACK("budget.clock_set_back"),
    /** A node has not signed for so long that what it holds of budgets may have to be freed. */
    BUDGET_NODE_LOST("budget.node_lost"),
    /** A provider refuses a credential; it is out of use. */
    CREDENTIAL_QUARANTINED("credential.quarantined"),
    /** A credential's stored row does not open. */
    CREDENTIAL_DAMAGED("credential.damaged"),
    /** A credential's access token could not be renewed, several times in a row. */
    RENEWAL_FAILED("renewal.failed"),
    /** A scope has spent far more in an hour than it does in hours like that. */
    SPEND_UNUSUAL("spend.unusual"),
    /** A key has named more apps or features than are counted apart. */
    LABELS_EXHAUSTED("labels.exhausted"),
    /** A code or refresh token of an app was used twice; that sign-in has been ended. */
    OAUTH_TOKEN_REUSED("oauth.token_reused"),
    /** A destination has said that it takes no more messages. */
    ALERT_DISABLED("alert.disabled"),
    /** A message was given up after all its attempts. */
    ALERT_UNDELIVERED("alert.undelivered"),
    /** The store was away for so long that notices were lost. */
    NOTICE_LOST("notice.lost");

    /** What stops calls or costs money as long as nobody acts: neither held back in quiet hours nor kept for a digest. */
    private static final Set<NoticeType> URGENT =
            Set.of(CREDENTIAL_QUARANTINED, CREDENTIAL_DAMAGED, RENEWAL_FAILED, SPEND_UNUSUAL, NOTICE_LOST);

    /**
     * What is raised as long as it lasts (at each start, for each message), not once for each cause: while it stands on the board
     * it has been told. The others are raised once for each cause by whoever raises them, also where two read the same.
     */
    private static final Set<NoticeType> RAISED_ANEW = Set.of(CREDENTIAL_DAMAGED, ALERT_UNDELIVERED);

    private final String kind;

    NoticeType(String kind) {
        this.kind = kind;
    }

    /** As a notice has it, such as {@code budget.threshold}. */
    public String kind() {
        return kind;
    }

    /** All of them, for people. */
    static String all() {
        return Arrays.stream(values()).map(NoticeType::kind).collect(Collectors.joining(", "));
    }

    /** Whether a pattern matches any kind that there is. */
    static boolean anyMatches(String pattern) {
        return Arrays.stream(values()).anyMatch(type -> Wildcards.stars(pattern, type.kind));
    }

    /** Whether it is told at once: by its kind, or because whoever raised it says so. */
    static boolean isUrgent(Notice notice) {
        return notice.urgent() || URGENT.stream().anyMatch(type -> type.kind.equals(notice.kind()));
    }

    static boolean isRaisedAnew(String kind) {
        return RAISED_ANEW.stream().anyMatch(type -> type.kind.equals(kind));
    }

    /** Whether notices of that kind are about a budget. */
    static boolean isAboutBudget(String kind) {
        return List.of(BUDGET_THRESHOLD.kind, BUDGET_REFUSING.kind).contains(kind);
    }

    /** Whether notices of that kind are about a destination itself, which must not be told of its own failures. */
    static boolean isAboutDestination(String kind) {
        return List.of(ALERT_DISABLED.kind, ALERT_UNDELIVERED.kind).contains(kind);
    }
}
