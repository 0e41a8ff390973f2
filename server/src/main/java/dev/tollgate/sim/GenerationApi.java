package dev.tollgate.sim;

import tools.jackson.databind.node.ObjectNode;

/** One vendor's endpoint that generates: how its requests are read and its answers written. Without state. */
sealed interface GenerationApi permits AnthropicMessages, OpenAiChat, OpenAiResponses, GeminiContent {

    /**
     * Reads a request.
     *
     * @param pathModel the model where the path names it, else empty
     */
    Reading read(ObjectNode body, String pathModel);

    ObjectNode whole(Prompt prompt, Answer answer);

    Script script(Prompt prompt, Answer answer);
}
