package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One answer's events on their way from a provider's form to a client's. One thread at a time. What the client gets for a piece is
 * returned by it, so the relay can flush piece by piece.
 */
public final class StreamConversion {
    private final EventReader reader;
    private final EventWriter writer;
    private final JsonBytes out = new JsonBytes();
    /** Its choices that have not ended, and of each the part that is open; -1 where none is. */
    private final Map<Integer, Integer> open = new TreeMap<>();

    private boolean ended;
    private boolean failed;

    StreamConversion(EventReader reader, EventWriter writer) {
        this.reader = reader;
        this.writer = writer;
    }

    /** The next piece from the provider; the bytes for the client, none where no event was completed. */
    public byte[] feed(byte[] bytes, int offset, int length) {
        out.clear();
        reader.feed(bytes, offset, length, this::write);
        return out.toBytes();
    }

    /** The provider has closed; the last bytes for the client, an error where the stream had no end. */
    public byte[] end() {
        out.clear();
        reader.end(this::write);
        return out.toBytes();
    }

    /** Whether the answer has come to its end. Its last bytes, from the same piece on, wait for the settlement. */
    public boolean ended() {
        return ended;
    }

    /** Whether it has failed or was cut. */
    public boolean failed() {
        return failed;
    }

    /**
     * Ends the answer before its provider does, as one that has reached its longest; the last bytes for the client. Empty where nothing
     * has been written yet that could be ended, or all has.
     */
    public byte[] truncate(Usage usage) {
        out.clear();
        if (open.isEmpty() || ended || failed) {
            return out.toBytes();
        }
        write(new Event.UsageReported(usage));
        for (Map.Entry<Integer, Integer> choice : List.copyOf(open.entrySet())) {
            if (choice.getValue() >= 0) {
                write(new Event.PartEnded(choice.getKey(), choice.getValue()));
            }
            write(new Event.ChoiceEnded(choice.getKey(), Stop.of(Stop.Reason.MAX_TOKENS, "max_tokens")));
        }
        write(new Event.Ended());
        return out.toBytes();
    }

    private void write(Event event) {
        switch (event) {
            case Event.PartStarted(int choice, int part, var opening) -> open.put(choice, part);
            case Event.PartEnded(int choice, int part) -> open.put(choice, -1);
            case Event.ChoiceEnded(int choice, var stop) -> open.remove(choice);
            default -> {}
        }
        ended |= event instanceof Event.Ended;
        failed |= event instanceof Event.Failed;
        writer.write(event, out);
    }
}
