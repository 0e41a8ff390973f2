package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a streamed response has told so far, and the telling of items that came whole. */
final class Told {
    static final Path OUTPUT = Path.ROOT.member("output");

    private final Exchange exchange;
    private int parts;
    private boolean called;
    private boolean refused;
    private @Nullable String problem;

    Told(Exchange exchange) {
        this.exchange = exchange;
    }

    /** The number of the part that is open, or would be next. */
    int part() {
        return parts;
    }

    void partEnded() {
        parts++;
    }

    boolean called() {
        return called;
    }

    void call() {
        called = true;
    }

    boolean refused() {
        return refused;
    }

    void refuse() {
        refused = true;
    }

    /** What is wrong with the stream, if something is: the first thing. */
    @Nullable
    String problem() {
        return problem;
    }

    void problem(String what) {
        if (problem == null) {
            problem = what;
        }
    }

    void check(Reading reading) {
        if (reading.outcome(this) instanceof Outcome.Malformed<Told>(String message)) {
            problem(message);
        }
    }

    /**
     * Tells a whole item.
     *
     * @param contentsTold how many contents of a message were told as they came
     */
    void item(long index, int contentsTold, Json.Obj item, EventSink sink) {
        Reading reading = new Reading();
        Path at = OUTPUT.element((int) index);
        if (is(item.get("type"), "message") && item.get("content") instanceof Json.Arr contents) {
            for (int i = contentsTold; i < contents.items().size(); i++) {
                ContentReader content = new ContentReader(reading);
                List<Part> read = new ArrayList<>();
                content.part(at.member("content").element(i), contents.items().get(i), read);
                emit(read, content.logprobs(), sink);
            }
        } else {
            ContentReader content = new ContentReader(reading);
            Fields fields = new Fields(at, item, reading);
            ItemReader items = new ItemReader(reading, content, exchange.names());
            emit(items.read(fields.required("type"), fields, item), content.logprobs(), sink);
        }
        reading.extras().forEach(exchange.losses()::answer);
        check(reading);
    }

    private void emit(List<Part> read, List<Answer.TokenLogprob> logprobs, EventSink sink) {
        for (Part part : read) {
            called |= part instanceof Part.ToolCall;
            refused |= part instanceof Part.Refusal;
            PartEvents.emit(part, parts++, logprobs, sink);
        }
    }

    private static boolean is(@Nullable Json value, String word) {
        return value instanceof Json.Text text && text.string().equals(word);
    }
}
