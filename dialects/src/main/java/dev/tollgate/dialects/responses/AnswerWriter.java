package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.WholeWriter;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a whole response object. */
final class AnswerWriter implements WholeWriter {
    @Override
    public byte[] write(Answer answer, Exchange exchange) {
        if (answer.choices().size() > 1) {
            exchange.losses().answer(Path.ROOT.member("choices"), "Responses gives one answer");
        }
        Answer.Choice choice = answer.choices().getFirst();
        List<Part> parts = new ArrayList<>(choice.parts());
        Stop stop = choice.stop();
        if (stop.explanation() != null) {
            parts.add(new Part.Refusal(Path.ROOT, stop.explanation()));
        }
        lost(stop, exchange);
        boolean refusal = choice.parts().stream().anyMatch(Part.Refusal.class::isInstance);
        String incomplete = Words.incomplete(stop.reason(), refusal);
        String status = incomplete == null ? ItemWriter.COMPLETED : "incomplete";
        List<byte[]> items = new Items(exchange, choice.logprobs()).write(parts);
        JsonBytes out = new JsonBytes(4096);
        String tier = answer.serviceTier() == null ? null : Words.serviceTier(answer.serviceTier());
        new ResponseObject(exchange, answer.id(), answer.createdEpochSecond())
                .write(out, new ResponseObject.State(status, incomplete, null, answer.usage(), tier), items);
        return out.toBytes();
    }

    static void lost(Stop stop, Exchange exchange) {
        if (!Words.says(stop.reason())) {
            exchange.losses().answer(Path.ROOT.member("stop_reason"), "Responses has no word for " + stop.reason());
        }
    }

    /** Gathers texts in messages; all else is an item of its own. */
    private static final class Items {
        private final Exchange exchange;
        private final List<byte[]> items = new ArrayList<>();
        private final List<byte[]> contents = new ArrayList<>();
        private final List<Signature> ofTexts = new ArrayList<>();
        private List<Answer.TokenLogprob> logprobs;

        Items(Exchange exchange, List<Answer.TokenLogprob> logprobs) {
            this.exchange = exchange;
            this.logprobs = logprobs;
        }

        List<byte[]> write(List<Part> parts) {
            for (Part part : parts) {
                switch (part) {
                    case Part.Text text -> {
                        byte[] tokens = ItemWriter.logprobs(logprobs);
                        logprobs = List.of(); // they are the choice's: the first text has them
                        contents.add(ItemWriter.text(text.text(), text.citations(), tokens, exchange.losses()));
                        if (text.signature() != null) {
                            ofTexts.add(text.signature());
                        }
                    }
                    case Part.Refusal refusal -> contents.add(ItemWriter.refusal(refusal.text()));
                    case Part.ToolCall call -> call(call);
                    case Part.Reasoning reasoning -> reasoning(reasoning);
                    case Part.Media _, Part.SearchResult _, Part.ToolResult _, Part.Opaque _ ->
                        exchange.losses().answer(part.at(), "Responses has no such output");
                }
            }
            closeMessage();
            return items;
        }

        private void closeMessage() {
            if (!contents.isEmpty()) {
                items.add(ItemWriter.message(exchange.mint().id("msg_"), ItemWriter.COMPLETED, contents));
                contents.clear();
                ofTexts.forEach(signature -> reasoning(null, ItemWriter.encrypted(signature, false)));
                ofTexts.clear();
            }
        }

        private void call(Part.ToolCall part) {
            closeMessage();
            ItemWriter.Call call = ItemWriter.call(exchange, part.id(), part.namespace(), part.name(), part.input());
            String id = exchange.mint().id(call.custom() ? "ctc_" : "fc_");
            items.add(ItemWriter.call(id, ItemWriter.COMPLETED, call));
            if (part.signature() != null) {
                reasoning(null, ItemWriter.encrypted(part.signature(), part.id()));
            }
        }

        private void reasoning(Part.Reasoning part) {
            closeMessage();
            Signature signature = part.signature();
            reasoning(part, signature == null ? null : ItemWriter.encrypted(signature, part.redacted()));
        }

        private void reasoning(Part.@Nullable Reasoning part, @Nullable String encrypted) {
            String known = part == null || part.signature() == null
                    ? null
                    : part.signature().itemId();
            items.add(ItemWriter.reasoning(
                    known == null ? exchange.mint().id("rs_") : known,
                    ItemWriter.COMPLETED,
                    part == null || part.summary(),
                    part == null ? List.of() : part.paragraphs(),
                    encrypted));
        }
    }
}
