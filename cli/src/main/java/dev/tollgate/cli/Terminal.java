package dev.tollgate.cli;

import java.util.Optional;

/** The terminal that a person may sit at. */
interface Terminal {
    /** The width to fit tables into; 0 where output does not go to a terminal. */
    int columns();

    /** True where standard input is a terminal. */
    boolean isInput();

    /**
     * Asks for a line that is not shown while it is typed.
     *
     * @return empty where it could not be hidden
     */
    Optional<String> readHidden(String prompt);

    /**
     * Asks for a line.
     *
     * @return empty where nobody can be asked
     */
    Optional<String> readLine(String prompt);
}
