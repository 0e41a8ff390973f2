package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.conversation.Turns;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;

/** A request's conversation in the form that Bedrock takes: no blank text, two roles that alternate, thinking only where it goes back. */
record Conversation(List<Part> instructions, List<Turn> turns) {
    private static final String NO_ROLE = "instructions stand here as the user's text";
    private static final int MOST_BLANK = 256;

    static Conversation of(Request request, Writing to) {
        List<Part> instructions = new ArrayList<>();
        for (Part part : said(request.instructions(), Turn.Role.SYSTEM, to)) {
            if (part instanceof Part.Text) {
                instructions.add(part);
            } else {
                to.refusals().notExpressible(part.at(), "Bedrock's instructions are text only");
            }
        }
        Turns turns = new Turns();
        for (Turn turn : request.turns()) {
            List<Part> parts = said(turn.parts(), turn.role(), to);
            if (parts.isEmpty()) {
                continue;
            }
            if (turn.role() == Turn.Role.SYSTEM) {
                to.losses().request(turn.at().member("role"), NO_ROLE);
            }
            Turn.Role role = turn.role() == Turn.Role.ASSISTANT ? Turn.Role.ASSISTANT : Turn.Role.USER;
            turns.add(turn.at(), role, parts);
        }
        List<Turn> said = turns.toList();
        if (said.isEmpty() && !instructions.isEmpty()) {
            Path at = instructions.getFirst().at(); // Bedrock answers to a user only
            to.losses().request(at, NO_ROLE);
            return new Conversation(List.of(), List.of(new Turn(at, Turn.Role.USER, instructions)));
        }
        if (said.isEmpty()) {
            to.refusals().notExpressible(Path.ROOT.member("messages"), "Bedrock needs at least one message");
        }
        return new Conversation(instructions, said);
    }

    private static List<Part> said(List<Part> parts, Turn.Role role, Writing to) {
        List<Part> said = new ArrayList<>(parts.size());
        for (Part part : parts) {
            switch (part) {
                case Part.Text text
                when isBlank(text.text()) -> {
                    if (!text.text().isEmpty()) {
                        to.losses().incidental(text.at(), "Bedrock refuses blank text");
                    }
                }
                case Part.Refusal(var at, Json.Text text) -> {
                    if (!isBlank(text)) {
                        said.add(Part.Text.of(at, text));
                    }
                }
                case Part.Reasoning thought -> {
                    if (goesBack(thought, to.family())) {
                        said.add(thought);
                    } else {
                        to.losses().incidental(thought.at(), "Bedrock takes back a Claude's signed thinking only");
                    }
                }
                case Part.Opaque opaque -> opaque(opaque, to);
                case Part.Media media
                when role == Turn.Role.ASSISTANT ->
                    to.refusals()
                            .notExpressible(media.at(), "Bedrock's assistant says text only; send it as the user's");
                case Part.Text _, Part.Media _, Part.SearchResult _, Part.ToolCall _, Part.ToolResult _ ->
                    said.add(part);
            }
        }
        return said;
    }

    /** No reader makes one whose home is Converse of a request. */
    static void opaque(Part.Opaque opaque, Writing to) {
        String why = "only " + opaque.home().wireName() + " knows " + opaque.type();
        if (opaque.weight() == Extra.Weight.ESSENTIAL) {
            to.refusals().notExpressible(opaque.at(), why);
        } else {
            to.losses().request(opaque.at(), why);
        }
    }

    /**
     * Anthropic's signatures are good on every platform (<a
     * href="https://platform.claude.com/docs/en/build-with-claude/extended-thinking">extended thinking</a>); what it redacts is
     * written differently here.
     */
    private static boolean goesBack(Part.Reasoning thought, ModelFamily family) {
        Signature signature = thought.signature();
        return family == ModelFamily.CLAUDE
                && signature != null
                && (signature.home() == Protocol.CONVERSE
                        || (signature.home() == Protocol.MESSAGES && !thought.redacted()));
    }

    /** Bedrock refuses such a block. Only short ones are looked at; nobody writes longer ones. */
    static boolean isBlank(Json.Text text) {
        return text.isEmpty() || (text.size() <= MOST_BLANK && text.string().isBlank());
    }

    /** The calls of the history, which Bedrock takes where tools are defined only. */
    List<Part.ToolCall> calls() {
        return turns.stream()
                .flatMap(turn -> turn.parts().stream())
                .filter(Part.ToolCall.class::isInstance)
                .map(Part.ToolCall.class::cast)
                .toList();
    }

    /** Whether tools' results stand last and what the model said before them does not begin with its thinking. */
    boolean inUnsignedToolLoop() {
        if (turns.size() < 2) {
            return false;
        }
        Turn call = turns.get(turns.size() - 2);
        return turns.getLast().parts().stream().anyMatch(Part.ToolResult.class::isInstance)
                && call.role() == Turn.Role.ASSISTANT
                && !(call.parts().getFirst() instanceof Part.Reasoning);
    }
}
