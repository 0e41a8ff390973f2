package dev.tollgate.oauth;

/** What comes of a job's asking for the setup token that is lent to its rule. */
sealed interface Lending {
    /**
     * The job gets it.
     *
     * @param variable of the environment in which an unmodified client looks for it
     * @param setupToken in the clear
     */
    record Lent(String variable, String setupToken) implements Lending {
        @Override
        public String toString() {
            return "Lent[" + variable + "]";
        }
    }

    /**
     * It gets nothing.
     *
     * @param reason for the audit trail, and for nobody else
     */
    record Refused(String reason) implements Lending {}
}
