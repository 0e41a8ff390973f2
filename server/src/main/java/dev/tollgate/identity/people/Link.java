package dev.tollgate.identity.people;

import dev.tollgate.kernel.Ids;

/** The secret texts of links: a prefix that names the kind, so that leaks can be searched for, and 190 random bits. */
enum Link {
    FIRST_RUN("tgf_"),
    INVITATION("tgi_");

    private static final int SECRET_LENGTH = 32;

    private final String prefix;

    Link(String prefix) {
        this.prefix = prefix;
    }

    String fresh() {
        return prefix + Ids.secret(SECRET_LENGTH);
    }

    boolean hasForm(String text) {
        return text.length() == prefix.length() + SECRET_LENGTH && text.startsWith(prefix);
    }
}
