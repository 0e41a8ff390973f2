package dev.tollgate.budget;

import java.util.List;

/**
 * What one call may be, whatever others do.
 *
 * @param maxInputTokens of its prompt; 0 for no limit
 * @param maxOutputTokens of all its answers together; 0 for no limit
 * @param models globs of the models that it may use; empty for all
 */
public record CallLimit(long maxInputTokens, long maxOutputTokens, List<String> models) {
    public CallLimit {
        models = List.copyOf(models);
    }

    boolean isNone() {
        return maxInputTokens == 0 && maxOutputTokens == 0 && models.isEmpty();
    }
}
