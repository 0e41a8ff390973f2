package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Reads the usage of one answer, whole or event by event. Here is what all dialects share; how each names and nests its figures,
 * and what its figures include, is in the subclasses.
 *
 * <p>An event's figures become part of the answer's only when its document has ended well, a body's also where it was cut: each
 * figure that was read stood there whole.
 */
abstract sealed class Meter implements JsonListener, SseFramer.Data
        permits AnthropicMeter, ChatMeter, ResponsesMeter, GeminiMeter, ConverseMeter {
    /** What an event of a stream means for its bytes. */
    enum Verdict {
        /** No data: a comment, an empty line. */
        NOTHING,
        ORDINARY,
        /** The last one, unless another comes: the dialect does not say which is. */
        CLOSING,
        /** The dialect's last event. */
        TERMINAL,
        /** The extra chunk that a chat stream ends with where usage was asked for. */
        USAGE_ONLY
    }

    /** A byte of English is a quarter of a token or so; a Chinese character, three bytes, about one. */
    private static final int BYTES_PER_TOKEN = 4;

    /** No long text has more, in any tokenizer; some servers send their reasoning twice, under two names. */
    private static final int MOST_BYTES_PER_TOKEN = 8;

    /** A short text may: a long word, a line of dashes. */
    private static final int UNUSUAL_TOKENS = 64;

    private final JsonScanner scanner;

    /** Figures of the answer so far. */
    private final Counts counts = new Counts();
    /** Figures of the document that is being read. */
    final Counts read = new Counts();

    private boolean anyDocument;
    private long textBytes;
    private long textEvents;
    private boolean failed;
    /** No text has passed since the last figures. */
    private boolean figuresCoverAll;
    /** The last figures are the answer's, whether its last event comes or not. */
    private boolean figuresAreFinal;

    // The last word counts: the first may be only what was asked for.
    private ServiceTier serviceTier = ServiceTier.STANDARD;
    private ServiceTier speed = ServiceTier.STANDARD;

    private @Nullable String absurd;

    /** Of the document that is being read. */
    private long readTextBytes;

    private boolean readError;
    private final byte[] type = new byte[JsonScanner.HEAD];
    private int typeLength;

    Meter(JsonPaths paths) {
        scanner = new JsonScanner(paths, this);
    }

    /** @param choices how many answers were asked for */
    static Meter of(Operation operation, int choices) {
        return switch (operation) {
            case MESSAGES, COUNT_TOKENS -> new AnthropicMeter();
            case CHAT_COMPLETIONS -> new ChatMeter(true);
            case EMBEDDINGS -> new ChatMeter(false);
            case RESPONSES, INPUT_TOKENS -> new ResponsesMeter();
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT, GEMINI_COUNT_TOKENS, EMBED_CONTENT, BATCH_EMBED_CONTENTS ->
                new GeminiMeter(choices);
            case CONVERSE, CONVERSE_STREAM -> new ConverseMeter();
        };
    }

    /** More of the document: a piece of a body, or of an event's data. */
    @Override
    public void data(byte[] bytes, int from, int to) {
        anyDocument = true;
        scanner.feed(bytes, from, to);
    }

    /** The event's data has ended. */
    final Verdict endEvent() {
        if (!anyDocument) {
            return Verdict.NOTHING;
        }
        anyDocument = false;
        boolean whole = scanner.whole();
        Verdict verdict = judge(whole);
        boolean figures = whole && saysFigures();
        if (whole) {
            counts.update(read);
            failed |= saysFailure();
        }
        if (figures) {
            figuresCoverAll = true;
            figuresAreFinal = areFinal(verdict);
        } else if (readTextBytes > 0) {
            figuresCoverAll = false;
            figuresAreFinal = false;
        }
        if (readTextBytes > 0) {
            textEvents++;
            textBytes += readTextBytes;
        }
        forgetDocument();
        return verdict;
    }

    /** The body has ended. Whether it was whole. */
    final boolean endBody() {
        boolean whole = scanner.whole();
        figuresCoverAll = whole;
        figuresAreFinal = whole;
        failed = whole && saysFailure();
        counts.update(read);
        textBytes += readTextBytes;
        forgetDocument();
        return whole;
    }

    /** Whether what came since the last document is no JSON, an error page for example. */
    final boolean notJson() {
        return scanner.broken();
    }

    /** Whether input or output was reported so far. */
    final boolean anyFigures() {
        return saysAnything(counts);
    }

    final boolean failed() {
        return failed;
    }

    /**
     * Output tokens so far, as they are billed where the answer breaks off: what was reported, or where that is more, an estimate from
     * the text that has passed: a quarter of its bytes in UTF-8, at least one per event with text.
     */
    private long estimatedOutputTokens() {
        long byLength = (textBytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
        return Math.max(Math.max(byLength, textEvents), output(counts));
    }

    /** What is surely used so far: what was reported, with as many output tokens as the text that has passed has at least. */
    final Usage atLeast() {
        long byLength = textBytes / MOST_BYTES_PER_TOKEN - UNUSUAL_TOKENS;
        return usage(counts, Math.max(byLength, output(counts))).servedAs(tier());
    }

    final UsageReading reading(boolean complete) {
        if (absurd != null) {
            return new UsageReading.Absurd(absurd);
        }
        String contradiction = contradiction(counts);
        if (contradiction != null) {
            return new UsageReading.Absurd(contradiction);
        }
        boolean lastWord = figuresAreFinal || (complete && !failed && figuresCoverAll);
        if (lastWord && sufficient(counts)) {
            return new UsageReading.Reported(usage(counts, output(counts)).servedAs(tier()));
        }
        boolean silent = !saysAnything(counts);
        if (failed && silent && textBytes == 0) {
            return new UsageReading.Refused();
        }
        if (complete && !failed && (silent || (textBytes == 0 && hidesOutput(counts)))) {
            return new UsageReading.Absent();
        }
        return new UsageReading.Partial(usage(counts, estimatedOutputTokens()).servedAs(tier()));
    }

    // What a dialect decides, or leaves as most have it.

    /** What the event means, from what was reported of it. */
    abstract Verdict judge(boolean whole);

    /** Whether the event reports that the answer failed. */
    boolean saysFailure() {
        return readError || typeIs("error");
    }

    /** Whether the event just judged has figures of all output up to and with it. */
    boolean saysFigures() {
        return sufficient(read);
    }

    /** Whether the figures of an event with that verdict are the answer's last. */
    boolean areFinal(Verdict verdict) {
        return verdict == Verdict.TERMINAL;
    }

    /** Whether the figures make up a bill. */
    boolean sufficient(Counts of) {
        return of.has(AnswerField.INPUT) && of.has(AnswerField.OUTPUT);
    }

    /** Whether there was output of which the figures say nothing. */
    boolean hidesOutput(Counts of) {
        return false;
    }

    /** The figure that is larger than the one it is a part of, or null. */
    abstract @Nullable String contradiction(Counts counts);

    /** All output tokens, reasoning included. */
    abstract long output(Counts counts);

    abstract Usage usage(Counts counts, long outputTokens);

    // What the scanner tells.

    @Override
    public void opened(AnswerField field, boolean array) {}

    @Override
    public void closed(AnswerField field, boolean array) {}

    @Override
    public void number(AnswerField field, String name, long value) {
        if (!field.isCount()) {
            return;
        }
        if (value == JsonScanner.NOT_A_COUNT) {
            absurd = name;
        } else {
            read.set(field, value);
        }
    }

    @Override
    public void string(AnswerField field, String name, byte[] head, int headLength, long length) {
        if (field == AnswerField.TEXT) {
            readTextBytes += length;
        } else if (field == AnswerField.TYPE) {
            System.arraycopy(head, 0, type, 0, headLength);
            typeLength = headLength;
        } else if (field == AnswerField.SERVICE_TIER) {
            serviceTier = ServiceTier.said(new String(head, 0, headLength, UTF_8));
        } else if (field == AnswerField.SPEED) {
            speed = ServiceTier.said(new String(head, 0, headLength, UTF_8));
        } else if (field == AnswerField.ERROR) {
            readError = true;
        } else if (field.isCount()) {
            absurd = name;
        }
    }

    @Override
    public void passed(AnswerField field, long length) {
        if (field == AnswerField.TEXT) {
            readTextBytes += length;
        } else if (field == AnswerField.ERROR) {
            readError = true;
        }
    }

    final boolean typeIs(String expected) {
        return is(type, typeLength, expected);
    }

    /** Whether the bytes are that ASCII text. */
    static boolean is(byte[] bytes, int length, String expected) {
        if (length != expected.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    final void dropText() {
        readTextBytes = 0;
    }

    final void refuse(String field) {
        absurd = field;
    }

    private ServiceTier tier() {
        return speed == ServiceTier.STANDARD ? serviceTier : speed;
    }

    private static boolean saysAnything(Counts counts) {
        return counts.has(AnswerField.INPUT) || counts.has(AnswerField.OUTPUT);
    }

    private void forgetDocument() {
        read.clear();
        readTextBytes = 0;
        readError = false;
        typeLength = 0;
        scanner.reset();
    }
}
