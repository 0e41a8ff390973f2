package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Request;

/**
 * One request and its answer: what the answer's codecs must know of the request. The kinds and namespaces of its tools, whether
 * usage is asked for, how many choices.
 *
 * @param model what the answer calls the model: the client's own word, so that an alias stays one
 * @param names how the request's tools are called at the provider
 * @param requestId what an error within a stream tells the client to ask about; empty where there is none
 */
public record Exchange(Request request, String model, ToolNames names, Losses losses, Mint mint, String requestId) {
    public Exchange(Request request, String model, ToolNames names, Losses losses, Mint mint) {
        this(request, model, names, losses, mint, "");
    }

    /** The same, of a call that has this id. */
    public Exchange of(String requestId) {
        return new Exchange(request, model, names, losses, mint, requestId);
    }
}
