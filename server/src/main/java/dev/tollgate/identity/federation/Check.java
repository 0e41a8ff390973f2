package dev.tollgate.identity.federation;

/**
 * One thing that a rule demands of a token.
 *
 * @param name what is looked at, in a word or two, such as {@code signature} or {@code claim ref}
 * @param detail a clause that says why, for administrators alone; never the token
 */
public record Check(String name, Outcome outcome, String detail) {
    /** What came of it. */
    public enum Outcome {
        HOLDS("holds"),
        FAILS("fails"),
        /** It could not be looked at, for another check had failed. */
        OPEN("open");

        private final String wireName;

        Outcome(String wireName) {
            this.wireName = wireName;
        }

        /** As the admin API has it. */
        public String wireName() {
            return wireName;
        }
    }

    /** One that holds. */
    public static Check holds(String name, String detail) {
        return new Check(name, Outcome.HOLDS, detail);
    }

    /** One that holds or fails, and why in either case. */
    public static Check of(String name, boolean holds, String detail) {
        return new Check(name, holds ? Outcome.HOLDS : Outcome.FAILS, detail);
    }

    /** One that fails. */
    public static Check fails(String name, String detail) {
        return new Check(name, Outcome.FAILS, detail);
    }

    /** One that was not looked at. */
    public static Check open(String name, String detail) {
        return new Check(name, Outcome.OPEN, detail);
    }
}
