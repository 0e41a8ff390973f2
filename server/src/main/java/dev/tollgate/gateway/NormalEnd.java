package dev.tollgate.gateway;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.EventReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Mint;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.gateway.Stages.Permitted;
import java.util.Map;
import java.util.Optional;

/**
 * Whether an answer has come to an end of its own: the model had said all, met a stop sequence or called a tool. Not so an answer that
 * was cut at a limit, refused, filtered, paused or has failed. Read from what the client got, in the client's own protocol.
 */
final class NormalEnd {
    /** An answer that is read to be judged needs neither. */
    private static final Mint UNUSED = new Mint() {
        @Override
        public String id(String prefix) {
            return prefix;
        }

        @Override
        public long epochSecond() {
            return 0;
        }
    };

    private final Map<Protocol, Codec> codecs;

    /** @param codecs of all that clients speak */
    NormalEnd(Map<Protocol, Codec> codecs) {
        this.codecs = Map.copyOf(codecs);
    }

    /** Judges a whole answer to that call. */
    boolean is(Permitted permitted, byte[] answer) {
        Operation operation = permitted.inbound().operation();
        if (operation.embeds()) {
            return true; // vectors have no end but their last
        }
        Optional<Protocol> protocol = Protocol.of(operation);
        Codec codec = protocol.map(codecs::get).orElse(null);
        if (codec == null) {
            return false;
        }
        boolean stream = permitted.fields().stream() || operation == Operation.STREAM_GENERATE_CONTENT;
        byte[] body = permitted.body();
        var path = new RequestReader.FromPath(permitted.inbound().pathModel(), stream);
        return codec.requestReader().read(body, 0, body.length, path) instanceof Outcome.Done<Request>(Request request)
                && (stream
                        ? streamed(codec.eventReader().apply(exchange(codec, request)), answer)
                        : whole(codec, request, answer));
    }

    private static Exchange exchange(Codec codec, Request request) {
        return new Exchange(request, "", new ToolNames(codec.protocol(), request), new Losses(), UNUSED);
    }

    private static boolean whole(Codec codec, Request request, byte[] answer) {
        return codec.wholeReader().read(answer, 0, answer.length, exchange(codec, request))
                        instanceof Outcome.Done<Answer>(Answer read)
                && read.choices().stream()
                        .allMatch(choice -> isNormal(choice.stop())
                                && choice.parts().stream().noneMatch(Part.Refusal.class::isInstance));
    }

    private static boolean streamed(EventReader reader, byte[] answer) {
        Verdict verdict = new Verdict();
        reader.feed(answer, 0, answer.length, verdict::see);
        reader.end(verdict::see);
        return verdict.ended && !verdict.spoilt;
    }

    private static boolean isNormal(Stop stop) {
        return switch (stop.reason()) {
            case END, STOP_SEQUENCE, TOOL_CALLS -> true;
            case MAX_TOKENS, REFUSED, PAUSED, CONTEXT_FULL, COMPACTED, BAD_CALL, OTHER -> false;
        };
    }

    private static final class Verdict {
        private boolean ended;
        private boolean spoilt;

        void see(Event event) {
            ended |= event instanceof Event.Ended;
            spoilt |= event instanceof Event.Failed
                    || event instanceof Event.RefusalDelta
                    || (event instanceof Event.ChoiceEnded(var choice, Stop stop) && !isNormal(stop));
        }
    }
}
