package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.RequestWriter;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.JsonBytes;

/** Writes the body of {@code POST /model/{model}/converse}, which is that of {@code converse-stream} as well. */
final class ConverseRequestWriter implements RequestWriter {
    private static final int ROOM = 8 << 10;

    @Override
    public Outcome<byte[]> write(Request request, Destination destination, ToolNames names, Losses losses) {
        JsonBytes out = new JsonBytes(ROOM);
        ModelFamily family = ModelFamily.of(destination.model());
        CachePoints cache = new CachePoints(request, destination, family, losses);
        Writing to = new Writing(out, destination, family, names, losses, new Reading(), cache);
        Conversation conversation = Conversation.of(request, to);

        out.beginObject();
        new ToolsWriter(to, conversation).write(request.tools());
        prompt(request, conversation, to);
        new SettingsWriter(to).write(request, conversation);
        out.endObject();
        return to.refusals().outcome(out.toBytes());
    }

    private static void prompt(Request request, Conversation conversation, Writing to) {
        JsonBytes out = to.out();
        BlockWriter blocks = new BlockWriter(to);
        if (!conversation.instructions().isEmpty()) {
            out.name("system").beginArray();
            conversation.instructions().forEach(blocks::block);
            out.endArray();
        }
        out.name("messages").beginArray();
        for (int i = 0; i < conversation.turns().size(); i++) {
            Turn turn = conversation.turns().get(i);
            out.beginObject().field("role", turn.role() == Turn.Role.ASSISTANT ? "assistant" : "user");
            out.name("content").beginArray();
            turn.parts().forEach(blocks::block);
            if (i + 1 == conversation.turns().size()) {
                to.cache().write(request.cache(), out);
            }
            out.endArray().endObject();
        }
        out.endArray();
    }
}
