package dev.tollgate.dialects.conversation;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds a stream of events against the rules of {@link Event}. Put between reader and writer by every test of either. */
public final class EventRules implements EventSink {
    private static final class Choice {
        int parts;
        Event.@Nullable Opening open;
        boolean signed;
        boolean ended;
    }

    private final EventSink next;
    private final Map<Integer, Choice> choices = new HashMap<>();
    private boolean started;
    private boolean over;

    public EventRules(EventSink next) {
        this.next = next;
    }

    /**
     * Passes the event on.
     *
     * @throws IllegalStateException where the event breaks a rule; it names the rule and the event's type
     */
    @Override
    public void accept(Event event) {
        require(!over, event, "nothing follows the end");
        boolean starts = event instanceof Event.Started;
        require(started != starts || event instanceof Event.Failed, event, "Started comes first, once");
        switch (event) {
            case Event.Started _ -> started = true;
            case Event.PartStarted of -> open(of);
            case Event.TextDelta of -> delta(of, of.choice(), of.part(), Event.Opening.Text.class);
            case Event.ReasoningDelta of -> delta(of, of.choice(), of.part(), Event.Opening.Reasoning.class);
            case Event.RefusalDelta of -> delta(of, of.choice(), of.part(), Event.Opening.Refusal.class);
            case Event.InputDelta of -> delta(of, of.choice(), of.part(), Event.Opening.ToolCall.class);
            case Event.CitationAdded of -> delta(of, of.choice(), of.part(), Event.Opening.Text.class);
            case Event.SignatureDelta of -> {
                Choice choice = openPart(of, of.choice(), of.part());
                require(!choice.signed, of, "one signature per part");
                choice.signed = true;
            }
            case Event.PartEnded of -> {
                Choice choice = openPart(of, of.choice(), of.part());
                choice.open = null;
                choice.parts++;
            }
            case Event.ChoiceEnded of -> {
                Choice choice = live(of, of.choice());
                require(choice.open == null, of, "the last part has ended");
                choice.ended = true;
            }
            case Event.UsageReported _, Event.Ping _ -> {}
            case Event.Failed _ -> over = true;
            case Event.Ended _ -> {
                require(!choices.isEmpty(), event, "at least one choice has ended");
                require(choices.values().stream().allMatch(of -> of.ended), event, "every choice has ended");
                over = true;
            }
        }
        next.accept(event);
    }

    /** Whether the last event was one that nothing follows. To be asked when the stream is done. */
    public boolean over() {
        return over;
    }

    private void open(Event.PartStarted event) {
        Choice choice = live(event, event.choice());
        require(choice.open == null, event, "at most one part is open");
        require(choice.parts == event.part(), event, "parts count 0, 1, 2 …");
        choice.open = event.opening();
        choice.signed = false;
    }

    private void delta(Event event, int choice, int part, Class<? extends Event.Opening> kind) {
        require(kind.isInstance(openPart(event, choice, part).open), event, "deltas are of the part's kind");
    }

    private Choice openPart(Event event, int choice, int part) {
        Choice of = live(event, choice);
        require(of.open != null && of.parts == part, event, "the part is open");
        return of;
    }

    private Choice live(Event event, int choice) {
        Choice of = choices.computeIfAbsent(choice, _ -> new Choice());
        require(!of.ended, event, "nothing of the choice follows its end");
        return of;
    }

    private static void require(boolean kept, Event event, String rule) {
        if (!kept) {
            throw new IllegalStateException(event.getClass().getSimpleName() + " breaks the rule: " + rule);
        }
    }
}
