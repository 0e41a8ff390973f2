package dev.tollgate.alert;

import dev.tollgate.kernel.Refusal;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/** What a destination may be called, sent and told. No refusal repeats what may be a secret. */
final class DestinationRules {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern GLOB = Pattern.compile("[a-z._*]{1,64}");
    private static final Pattern BUDGET = Pattern.compile("[A-Za-z0-9_]{1,64}");
    private static final int MOST_ADDRESSES = 20;
    private static final int MOST_PATTERNS = 50;
    private static final int MOST_ADDRESS_LENGTH = 254; // RFC 5321 section 4.5.3.1.3, without the angle brackets

    private DestinationRules() {}

    /** @throws Refusal if any of it is not good; addresses on the web are judged elsewhere */
    static void check(NewDestination wanted) {
        if (!NAME.matcher(wanted.name()).matches()) {
            throw Refusal.invalid(
                    "A destination's name has 1 to 64 lower-case letters, digits, dots, dashes and underscores.",
                    "Choose a name such as on-call.");
        }
        if (wanted.types().size() > MOST_PATTERNS || wanted.budgets().size() > MOST_PATTERNS) {
            throw Refusal.invalid("More than " + MOST_PATTERNS + " types or budgets.", "Use patterns such as budget.*");
        }
        for (String pattern : wanted.types()) {
            if (!GLOB.matcher(pattern).matches() || !NoticeType.anyMatches(pattern)) {
                throw Refusal.invalid(
                        "types holds a pattern that no type of notice matches.", "Types: " + NoticeType.all() + ".");
            }
        }
        for (String budget : wanted.budgets()) {
            if (!BUDGET.matcher(budget).matches()) {
                throw Refusal.invalid("budgets holds something that is no budget's id.", "See: tollgate budget list");
            }
        }
        if (wanted.kind() == Destination.Kind.MAIL) {
            checkMail(wanted.mail());
        }
    }

    private static void checkMail(List<String> addresses) {
        if (addresses.isEmpty() || addresses.size() > MOST_ADDRESSES) {
            throw Refusal.invalid("mail holds 1 to " + MOST_ADDRESSES + " addresses.", "");
        }
        for (String address : addresses) {
            if (!isMail(address)) {
                throw Refusal.invalid("mail holds something that is no address.", "Write it like ops@example.org.");
            }
        }
    }

    /** One bare address: no name beside it, no list, no character that could begin another header. */
    static boolean isMail(String address) {
        if (address.length() > MOST_ADDRESS_LENGTH
                || !address.matches("[^\\s\\p{Cntrl}<>,;:\"()\\[\\]\\\\]+@[^\\s\\p{Cntrl}<>,;:\"()\\[\\]\\\\@]+")) {
            return false;
        }
        try {
            new InternetAddress(address, true).validate();
            return true;
        } catch (AddressException e) {
            return false;
        }
    }

    /** Of an address what is no secret: paths and queries of webhooks often are. */
    static String shown(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + "/…";
    }
}
