package dev.tollgate.alert;

import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Wildcards;
import java.util.List;

/**
 * Where notices are sent to; without what is secret of it.
 *
 * @param shown of its address what is no secret, such as {@code https://hooks.example.org/…}; of mail the addresses
 * @param types patterns of kinds of notices, in which {@code *} stands for any characters
 * @param budgets of notices about budgets only those about these, by id; empty: all
 * @param createdAtMillis epoch milliseconds
 * @param disabledAtMillis since when nothing is sent there; 0: in use
 * @param disabledWhy half a sentence; empty where it is in use
 */
public record Destination(
        String id,
        String name,
        Kind kind,
        String shown,
        List<String> types,
        List<String> budgets,
        Timetable timetable,
        long createdAtMillis,
        long disabledAtMillis,
        String disabledWhy) {
    /** In which form. */
    public enum Kind {
        /** Signed, by the Standard Webhooks specification. */
        WEBHOOK("webhook"),
        /** As Slack's incoming webhooks take it. */
        SLACK("slack"),
        MAIL("mail");

        private final String wireName;

        Kind(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }

        static Kind of(String wireName) {
            for (Kind kind : values()) {
                if (kind.wireName.equals(wireName)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no kind of destination: " + wireName);
        }
    }

    /** Whether notices are gathered, and how: {@code 1h} or {@code daily@08:00}; empty: each by itself. */
    public String digest() {
        return timetable.digestText();
    }

    /** Its quiet hours, such as {@code 22:00-07:00}; empty: none. */
    public String quiet() {
        return timetable.quietText();
    }

    /** Whose times of day are meant. */
    public String timeZone() {
        return timetable.zone().getId();
    }

    boolean wants(Notice notice) {
        String kind = notice.kind();
        if (NoticeType.isAboutDestination(kind) && notice.subject().equals(name)) {
            return false;
        }
        if (NoticeType.isAboutBudget(kind) && !budgets.isEmpty() && !budgets.contains(notice.subject())) {
            return false;
        }
        return types.stream().anyMatch(pattern -> Wildcards.stars(pattern, kind));
    }
}
