package dev.tollgate.web.page;

import java.util.List;

/**
 * New recovery codes, shown this once.
 *
 * @param next where to go on to, a local path
 */
public record RecoveryCodesPage(List<String> codes, String next) implements Page {
    @Override
    public String title() {
        return "Save your recovery codes";
    }

    @Override
    public String template() {
        return "recovery-codes";
    }

    /** Without the codes, which are secrets. */
    @Override
    public String toString() {
        return "RecoveryCodesPage";
    }
}
