package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.json.JsonBytes;

/** Numbers the events of one stream. */
final class EventOut {
    private int sequence;

    /** Begins an event; the caller writes its further members and then {@link #end}. */
    JsonBytes begin(JsonBytes out, String type) {
        return out.beginEvent(type).beginObject().field("type", type).field("sequence_number", sequence++);
    }

    /** The number of an event that is written elsewhere. */
    int next() {
        return sequence++;
    }

    JsonBytes begin(JsonBytes out, String type, int outputIndex) {
        return begin(out, type).field("output_index", outputIndex);
    }

    JsonBytes begin(JsonBytes out, String type, int outputIndex, String itemId) {
        return begin(out, type, outputIndex).field("item_id", itemId);
    }

    void end(JsonBytes out) {
        out.endObject().endEvent();
    }

    /** Ends the event with a member that is a document already. */
    void end(JsonBytes out, String name, byte[] document) {
        end(out.name(name).outside(document));
    }

    void item(JsonBytes out, String type, int outputIndex, byte[] item) {
        begin(out, type, outputIndex);
        end(out, "item", item);
    }
}
