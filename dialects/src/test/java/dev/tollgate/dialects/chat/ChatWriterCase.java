package dev.tollgate.dialects.chat;

import static dev.tollgate.dialects.chat.ChatKit.request;
import static dev.tollgate.dialects.chat.ChatKit.written;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Turn;
import java.util.List;

/** A request that is written, and what is lost of it. */
abstract class ChatWriterCase {
    static final Path AT = Path.ROOT.member("x");
    final Losses losses = new Losses();

    static <T> Said<T> said(String name, T value) {
        return new Said<>(Path.ROOT.member(name), value);
    }

    static Turn turn(Turn.Role role, Part... parts) {
        return new Turn(AT, role, List.of(parts));
    }

    final void writes(String expected, Request request, Destination destination) {
        String document = written(request, destination, losses);
        assertTrue(document.contains(expected), document);
    }

    final void refuses(String at, Request request, Destination destination) {
        var outcome = ChatKit.tryWrite(request, destination, losses);
        assertEquals(
                at, assertInstanceOf(Outcome.NotExpressible.class, outcome).at().toString());
    }

    final void lost(String... fields) {
        assertEquals(List.of(fields), losses.requestFields());
    }
}
