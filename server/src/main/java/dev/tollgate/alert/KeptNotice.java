package dev.tollgate.alert;

import dev.tollgate.kernel.Notice;

/**
 * A notice that waits for somebody to dismiss it.
 *
 * @param id such as {@code ntc_06e7…}; raised anew, a notice has a new one
 */
public record KeptNotice(String id, Notice notice) {}
