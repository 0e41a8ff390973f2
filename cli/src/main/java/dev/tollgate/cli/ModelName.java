package dev.tollgate.cli;

/** A model by its provider: {@code provider/model}. The model's own id may hold further slashes. */
record ModelName(String provider, String model) {
    static ModelName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw Failure.usage(
                    "\"" + text + "\" is not a provider and a model.", "Write it like anthropic/claude-haiku-4-5.");
        }
        return new ModelName(text.substring(0, slash), text.substring(slash + 1));
    }
}
