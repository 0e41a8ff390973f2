package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.ClaudeThinking;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.RequestWriter;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.JsonBytes;

/** Writes the body of {@code POST /v1/messages}. */
final class MessagesRequestWriter implements RequestWriter {
    private static final int ROOM = 8 << 10;

    @Override
    public Outcome<byte[]> write(Request request, Destination destination, ToolNames names, Losses losses) {
        JsonBytes out = new JsonBytes(ROOM);
        Writing to = new Writing(out, destination, names, losses, new Reading(), new CacheHints(request));
        Conversation conversation = Conversation.of(request, to);
        var limit = request.output().maxTokens();
        long maxTokens = limit == null ? destination.defaultMaxTokens() : limit.value();
        ClaudeThinking thinking =
                ClaudeThinking.of(request, conversation.inUnsignedToolLoop(), destination, maxTokens, losses);

        out.beginObject().field("model", destination.model()).field("max_tokens", maxTokens);
        if (request.stream()) {
            out.field("stream", true);
        }
        new ToolsWriter(to).write(request.tools());
        prompt(conversation, to);
        thinking.writeThinking(out);
        SettingsWriter settings = new SettingsWriter(to);
        settings.outputConfig(thinking, request.output().format());
        settings.output(request.output());
        settings.sampling(request.sampling(), thinking.on());
        settings.context(request.context());
        to.cache().write(request.cache(), out, losses);
        out.endObject();
        return to.refusals().outcome(out.toBytes());
    }

    private static void prompt(Conversation conversation, Writing to) {
        JsonBytes out = to.out();
        BlockWriter blocks = new BlockWriter(to);
        if (!conversation.instructions().isEmpty()) {
            out.name("system");
            blocks.content(conversation.instructions());
        }
        out.name("messages").beginArray();
        for (Turn turn : conversation.turns()) {
            String role = switch (turn.role()) {
                case USER -> "user";
                case ASSISTANT -> "assistant";
                case SYSTEM -> "system";
            };
            out.beginObject().field("role", role).name("content");
            blocks.content(turn.parts());
            out.endObject();
        }
        out.endArray();
    }
}
