package dev.tollgate.budget;

import dev.tollgate.kernel.Refusal;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a budget does when a part of it has been spent. Each gives a notice, too; when all is spent, calls are refused. */
public enum ThresholdAction {
    /** Nothing else. */
    NOTIFY("notify", ""),
    /** Calls whose feature is marked as heavy are refused until the window is over. */
    NO_HEAVY("no-heavy", " Calls of features marked as heavy are refused until the window is over."),
    /** Calls to an alias go to its cheaper one until the window is over. */
    CHEAPER("cheaper", " Calls to an alias go to its cheaper one until the window is over.");

    private final String wireName;
    private final String effect;

    ThresholdAction(String wireName, String effect) {
        this.wireName = wireName;
        this.effect = effect;
    }

    public String wireName() {
        return wireName;
    }

    /** A sentence for a notice, with a space before it; empty where nothing else happens. */
    String effect() {
        return effect;
    }

    /**
     * The action of that name.
     *
     * @throws Refusal if there is none
     */
    public static ThresholdAction of(String wireName) {
        for (ThresholdAction action : values()) {
            if (action.wireName.equals(wireName)) {
                return action;
            }
        }
        String known = Arrays.stream(values()).map(ThresholdAction::wireName).collect(Collectors.joining(", "));
        throw Refusal.invalid("There is no such action at a threshold.", "Give one of " + known + ".");
    }
}
