package dev.tollgate.sim;

/** A POST endpoint of a vendor's API. */
enum Endpoint {
    MESSAGES(Vendor.ANTHROPIC),
    COUNT_TOKENS(Vendor.ANTHROPIC),
    CHAT_COMPLETIONS(Vendor.OPENAI),
    RESPONSES(Vendor.OPENAI),
    EMBEDDINGS(Vendor.OPENAI),
    GENERATE_CONTENT(Vendor.GEMINI),
    STREAM_GENERATE_CONTENT(Vendor.GEMINI),
    GEMINI_COUNT_TOKENS(Vendor.GEMINI),
    EMBED_CONTENT(Vendor.GEMINI),
    BATCH_EMBED_CONTENTS(Vendor.GEMINI);

    private final Vendor vendor;

    Endpoint(Vendor vendor) {
        this.vendor = vendor;
    }

    Vendor vendor() {
        return vendor;
    }
}
