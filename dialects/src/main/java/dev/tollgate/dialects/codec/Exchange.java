package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Request;

/**
 * One request and its answer: what the answer's codecs must know of the request. The kinds and namespaces of its tools, whether
 * usage is asked for, how many choices.
 *
 * @param model what the answer calls the model: the client's own word, so that an alias stays one
 * @param names how the request's tools are called at the provider
 */
public record Exchange(Request request, String model, ToolNames names, Losses losses, Mint mint) {}
