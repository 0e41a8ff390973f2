package dev.tollgate.dialects.conversation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventRulesTest {
    private static final Event START = new Event.Started("id", "m", 0, null);
    private static final Event END = new Event.Ended();
    private static final Event FAILED = new Event.Failed(ErrorKind.BAD_GATEWAY, "cut");

    @Test
    void aWellNestedStreamPassesUnchanged() {
        List<Event> events = List.of(
                START,
                open(0, 0),
                text(0, 0),
                open(1, 0),
                text(0, 0),
                new Event.Ping(),
                close(0, 0),
                open(0, 1),
                close(0, 1),
                done(0),
                text(1, 0),
                close(1, 0),
                done(1),
                END);
        List<Event> passed = new ArrayList<>();
        events.forEach(new EventRules(passed::add)::accept);
        assertEquals(events, passed);
    }

    @Test
    void aFailureMayComeAtAnyTimeAndIsTheLast() {
        assertDoesNotThrow(() -> play(FAILED));
        assertDoesNotThrow(() -> play(START, open(0, 0), FAILED));
        refused("nothing follows the end", START, FAILED, END);
    }

    @Test
    void whatBreaksARuleIsNamed() {
        refused("Started comes first, once", open(0, 0));
        refused("Started comes first, once", START, START);
        refused("at most one part is open", START, open(0, 0), open(0, 1));
        refused("parts count", START, open(0, 1));
        refused("the part is open", START, text(0, 0));
        refused("the part is open", START, open(0, 0), close(0, 0), text(0, 0));
        refused("the part's kind", START, open(0, 0), new Event.InputDelta(0, 0, Json.Text.of("{}")));
        refused("the last part has ended", START, open(0, 0), done(0));
        refused("nothing of the choice follows", START, done(0), open(0, 0));
        refused("at least one choice", START, END);
        refused("every choice has ended", START, done(0), open(1, 0), close(1, 0), END);
        Event signed = new Event.SignatureDelta(0, 0, new Signature(Protocol.MESSAGES, null, "c2ln"));
        refused("one signature per part", START, open(0, 0), signed, signed);
    }

    @Test
    void aCutStreamIsNotOver() {
        EventRules rules = new EventRules(_ -> {});
        rules.accept(START);
        assertEquals(false, rules.over());
        rules.accept(FAILED);
        assertEquals(true, rules.over());
    }

    private static void refused(String rule, Event... events) {
        String message =
                assertThrows(IllegalStateException.class, () -> play(events)).getMessage();
        assertEquals(true, message != null && message.contains(rule), message);
    }

    private static void play(Event... events) {
        EventRules rules = new EventRules(_ -> {});
        for (Event event : events) {
            rules.accept(event);
        }
    }

    private static Event open(int choice, int part) {
        return new Event.PartStarted(choice, part, new Event.Opening.Text());
    }

    private static Event text(int choice, int part) {
        return new Event.TextDelta(choice, part, Json.Text.of("x"), List.of());
    }

    private static Event close(int choice, int part) {
        return new Event.PartEnded(choice, part);
    }

    private static Event done(int choice) {
        return new Event.ChoiceEnded(choice, Stop.of(Stop.Reason.END, "stop"));
    }
}
