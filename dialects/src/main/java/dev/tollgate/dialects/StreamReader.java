package dev.tollgate.dialects;

import dev.tollgate.dialects.json.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events as they pass, for one answer: tells the bytes that may go on from those that must wait for the settlement,
 * and reads the usage. One thread at a time; never throws for what the stream holds; keeps at most twice {@value #LONGEST_KEPT} bytes.
 *
 * <p>Every byte is handed on exactly once, in order, at event boundaries, but for the dropped usage chunk. How the stream was cut
 * into pieces changes neither the bytes forwarded nor those held nor the usage.
 *
 * <ul>
 *   <li>Forwarded: everything before the dialect's last event. A piece that begins and ends with events is one call, with the
 *       same array and range, and is not copied.
 *   <li>Held: the last event and all that follows it. Last are Anthropic's {@code message_stop}; {@code [DONE]} of Chat
 *       Completions; {@code response.completed}, {@code .failed} or {@code .incomplete} of Responses; for Gemini the chunk with
 *       which every candidate that was asked for has its {@code finishReason}; Converse's {@code metadata}. An honest upstream sends little after it, but only its closing tells:
 *       settle then, and bound what is held.
 *   <li>Waiting: what may be the last event, where only the stream's end tells (see {@link GeminiMeter}). It is forwarded when
 *       another event follows, and held when none does. So is what comes after it without data, up to {@value #LONGEST_KEPT} bytes.
 *   <li>Kept: an event that has not ended yet, until it does. An event over {@value #LONGEST_KEPT} bytes is forwarded as it
 *       comes, all but the empty line that ends it, which has the fate of the whole: without that line a client does not act on
 *       the event.
 * </ul>
 */
public final class StreamReader {
    /** Where bytes go. Arrays handed over are never written to again by the reader, so they may be kept without a copy. */
    public interface Sink {
        /** These bytes may go to the client now. */
        void forward(byte[] bytes, int offset, int length);

        /** These bytes must wait until the settlement is durable. */
        void hold(byte[] bytes, int offset, int length);
    }

    private enum Fate {
        FORWARD,
        WAIT,
        HOLD,
        DROP
    }

    private static final int LONGEST_KEPT = 1 << 20;
    private static final int LEAST_ROOM = 1 << 10;

    private final boolean generates;
    private final boolean hideUsageChunk;
    private final Meter meter;
    private final SseFramer framer = new SseFramer();

    private boolean complete;
    private boolean midEvent;
    /** The current event is over the limit and passes as it comes. */
    private boolean passing;

    /** An event was forwarded without the empty line that ends it, and that will not be. */
    private boolean unended;

    private byte[] kept = Bytes.EMPTY;
    private int keptLength;
    private Fate lastFate = Fate.FORWARD;

    private byte[] waiting = Bytes.EMPTY;
    private int waitingLength;
    /** The bytes of the events that wait; those of the current piece are not in {@link #waiting} yet. */
    private long waitingTotal;

    // The bytes of the current piece that share a fate and wait to be handed over in one call.
    private @Nullable Fate runFate;
    private int runStart;

    /**
     * @param hideUsageChunk drop the chunk of a chat stream that has usage and no choices, because the gate asked for it and the
     *     caller did not
     */
    public StreamReader(Operation operation, boolean hideUsageChunk) {
        this(operation, hideUsageChunk, 1);
    }

    /**
     * @param hideUsageChunk as above
     * @param choices how many answers were asked for, as {@link RequestFields#choices()} has it
     */
    public StreamReader(Operation operation, boolean hideUsageChunk, int choices) {
        this.generates = operation.generates();
        this.hideUsageChunk = hideUsageChunk && operation == Operation.CHAT_COMPLETIONS;
        this.meter = Meter.of(operation, choices);
    }

    /** Takes the next piece of the stream, {@code bytes[offset, offset + length)}, of any size. */
    public void feed(byte[] bytes, int offset, int length, Sink sink) {
        if (length == 0) {
            return;
        }
        int end = offset + length;
        int eventStart = offset;
        runStart = offset;
        runFate = null;
        if (framer.completesEmptyLine(bytes[offset])) {
            assign(lastFate, bytes, eventStart, sink);
            eventStart++;
        }
        int eventEnd = framer.readEvent(bytes, eventStart, end, meter);
        while (eventEnd >= 0) {
            eventEnded(bytes, eventStart, sink);
            eventStart = eventEnd;
            eventEnd = framer.readEvent(bytes, eventStart, end, meter);
        }
        if (eventStart < end) {
            eventGoesOn(bytes, eventStart, end, sink);
        } else {
            handOver(bytes, end, sink);
        }
    }

    /** The stream has ended, well or not. An event without its empty line counts as one. */
    public void end(Sink sink) {
        if (midEvent) {
            long length = keptLength;
            Fate fate = fateOfEvent(length, sink);
            unended |= passing || fate == Fate.FORWARD;
            handOverKept(fate, sink);
            midEvent = false;
            passing = false;
        }
        if (waitingTotal > 0) {
            complete = true;
            release(Fate.HOLD, sink);
        }
    }

    /** Whether the dialect's last event was seen. Where only the stream's end tells, true after {@link #end}. */
    public boolean complete() {
        return complete;
    }

    /** Whether what was forwarded ends amid an event, so that no other event can follow it. */
    public boolean amidEvent() {
        return unended || passing;
    }

    /** Whether an error was reported inside the stream. */
    public boolean failed() {
        return meter.failed();
    }

    /**
     * What is surely used so far, for watching a running cost: what was reported, its output raised to what the text that has passed
     * has at the least. No input where none was reported. Thinking that is not shown is not in it.
     */
    public Usage usedAtLeast() {
        return meter.atLeast();
    }

    /** The usage so far; {@link UsageReading.Reported} once the final figures have been seen. */
    public UsageReading usage() {
        return generates ? meter.reading(complete) : new UsageReading.Reported(Usage.ZERO);
    }

    private void eventEnded(byte[] bytes, int eventStart, Sink sink) {
        int emptyLine = framer.emptyLineStart();
        // The length up to the empty line's first byte, because its second may come in the next piece.
        boolean tooLong = passing || keptLength + (emptyLine + 1L - eventStart) > LONGEST_KEPT;
        Fate before = complete ? Fate.HOLD : Fate.FORWARD;
        if (tooLong) {
            release(Fate.FORWARD, sink);
        }
        Fate fate = fateOfEvent(keptLength + (emptyLine + 1L - eventStart), sink);
        if (tooLong) {
            fate = fate == Fate.DROP ? Fate.FORWARD : fate;
            handOverKept(before, sink);
            if (emptyLine > eventStart) {
                assign(before, bytes, eventStart, sink);
            }
            assign(fate, bytes, emptyLine, sink);
            unended |= before == Fate.FORWARD && fate == Fate.HOLD;
        } else {
            handOverKept(fate, sink);
            assign(fate, bytes, eventStart, sink);
        }
        lastFate = fate;
        midEvent = false;
        passing = false;
    }

    private void eventGoesOn(byte[] bytes, int eventStart, int end, Sink sink) {
        midEvent = true;
        if (complete || passing) {
            assign(complete ? Fate.HOLD : Fate.FORWARD, bytes, eventStart, sink);
            handOver(bytes, end, sink);
        } else if (keptLength + (end - eventStart) > LONGEST_KEPT) {
            passing = true;
            release(Fate.FORWARD, sink);
            handOver(bytes, eventStart, sink);
            handOverKept(Fate.FORWARD, sink);
            sink.forward(bytes, eventStart, end - eventStart);
        } else {
            handOver(bytes, eventStart, sink);
            keep(bytes, eventStart, end);
        }
    }

    /** @param length the event's, in bytes */
    private Fate fateOfEvent(long length, Sink sink) {
        Meter.Verdict verdict = meter.endEvent();
        if (verdict != Meter.Verdict.NOTHING || waitingTotal + length > LONGEST_KEPT) {
            release(Fate.FORWARD, sink);
        }
        complete |= verdict == Meter.Verdict.TERMINAL;
        if (complete) {
            return Fate.HOLD;
        }
        if (verdict == Meter.Verdict.CLOSING || waitingTotal > 0) {
            waitingTotal += length;
            return Fate.WAIT;
        }
        return verdict == Meter.Verdict.USAGE_ONLY && hideUsageChunk ? Fate.DROP : Fate.FORWARD;
    }

    /** What waits has that fate now. It is older than all else that has not been handed over. */
    private void release(Fate fate, Sink sink) {
        if (waitingLength > 0) {
            give(fate, waiting, 0, waitingLength, sink);
            waiting = Bytes.EMPTY;
            waitingLength = 0;
        }
        if (runFate == Fate.WAIT) {
            runFate = fate;
        }
        waitingTotal = 0;
    }

    /** Gives the bytes from {@code from} on that fate, after handing over those before it if theirs was another. */
    private void assign(Fate fate, byte[] bytes, int from, Sink sink) {
        if (fate != runFate) {
            handOver(bytes, from, sink);
            runFate = fate;
        }
    }

    private void handOver(byte[] bytes, int to, Sink sink) {
        if (runFate != null && to > runStart) {
            give(runFate, bytes, runStart, to - runStart, sink);
        }
        runStart = to;
        runFate = null;
    }

    private void handOverKept(Fate fate, Sink sink) {
        if (keptLength > 0) {
            give(fate, kept, 0, keptLength, sink);
            kept = Bytes.EMPTY;
            keptLength = 0;
        }
    }

    private void give(Fate fate, byte[] bytes, int offset, int length, Sink sink) {
        switch (fate) {
            case FORWARD -> sink.forward(bytes, offset, length);
            case HOLD -> sink.hold(bytes, offset, length);
            case WAIT -> {
                waiting = withRoom(waiting, waitingLength, length);
                System.arraycopy(bytes, offset, waiting, waitingLength, length);
                waitingLength += length;
            }
            case DROP -> {}
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        kept = withRoom(kept, keptLength, to - from);
        System.arraycopy(bytes, from, kept, keptLength, to - from);
        keptLength += to - from;
    }

    private static byte[] withRoom(byte[] buffer, int used, int more) {
        int needed = used + more;
        return needed <= buffer.length
                ? buffer
                : Arrays.copyOf(
                        buffer, Math.max(Math.max(needed, LEAST_ROOM), Math.min(2 * buffer.length, LONGEST_KEPT)));
    }
}
