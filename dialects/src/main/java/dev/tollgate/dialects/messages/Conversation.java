package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.conversation.Turns;
import java.util.ArrayList;
import java.util.List;

/**
 * A request's conversation in the form that Anthropic takes: no empty blocks, thinking with Anthropic's signatures only, no
 * neighbours of the same role, instructions within it only where they may stand.
 */
record Conversation(List<Part> instructions, List<Turn> turns) {
    private static final String NO_ROLE = "instructions stand here as the user's text";

    static Conversation of(Request request, Writing to) {
        List<Part> instructions = new ArrayList<>();
        for (Part part : said(request.instructions(), Turn.Role.SYSTEM, to)) {
            if (part instanceof Part.Text) {
                instructions.add(part);
            } else {
                to.refusals().notExpressible(part.at(), "Anthropic's instructions are text only");
            }
        }
        List<Turn> turns = placed(joined(request, to), to);
        if (turns.isEmpty() && !instructions.isEmpty()) {
            // Anthropic answers to a user only.
            Path at = instructions.getFirst().at();
            to.losses().request(at, NO_ROLE);
            return new Conversation(List.of(), List.of(new Turn(at, Turn.Role.USER, instructions)));
        }
        if (turns.isEmpty()) {
            to.refusals().notExpressible(Path.ROOT.member("messages"), "Anthropic needs at least one message");
        }
        return new Conversation(instructions, turns);
    }

    /** The turns that say anything, those of SYSTEM that follow each other in one. */
    private static List<Turn> joined(Request request, Writing to) {
        List<Turn> turns = new ArrayList<>();
        for (Turn turn : request.turns()) {
            List<Part> parts = said(turn.parts(), turn.role(), to);
            if (parts.isEmpty()) {
                continue;
            }
            boolean joins = turn.role() == Turn.Role.SYSTEM
                    && !turns.isEmpty()
                    && turns.getLast().role() == Turn.Role.SYSTEM;
            if (joins) {
                Turn before = turns.removeLast();
                List<Part> both = new ArrayList<>(before.parts());
                both.addAll(parts);
                turns.add(new Turn(before.at(), Turn.Role.SYSTEM, both));
            } else {
                turns.add(new Turn(turn.at(), turn.role(), parts));
            }
        }
        return turns;
    }

    /**
     * Instructions stay where newer models take them, after a user's message and before the assistant's or at the end (<a
     * href="https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages">system messages</a>); elsewhere
     * they become the user's.
     */
    private static List<Turn> placed(List<Turn> turns, Writing to) {
        Turns placed = new Turns();
        Turn.Role before = Turn.Role.ASSISTANT;
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            Turn.Role role = turn.role();
            boolean last = i + 1 == turns.size();
            if (role == Turn.Role.SYSTEM
                    && !(to.destination().takes(Destination.Takes.SYSTEM_TURNS)
                            && before == Turn.Role.USER
                            && (last || turns.get(i + 1).role() == Turn.Role.ASSISTANT)
                            && turn.parts().stream().allMatch(Part.Text.class::isInstance))) {
                to.losses().request(turn.at().member("role"), NO_ROLE);
                role = Turn.Role.USER;
            }
            placed.add(turn.at(), role, turn.parts());
            before = role;
        }
        return placed.toList();
    }

    private static List<Part> said(List<Part> parts, Turn.Role role, Writing to) {
        List<Part> said = new ArrayList<>(parts.size());
        for (Part part : parts) {
            switch (part) {
                case Part.Text text when Texts.isBlank(text.text()) -> blank(text, to);
                case Part.Refusal(var at, var text) -> {
                    if (!Texts.isBlank(text)) {
                        said.add(Part.Text.of(at, text));
                    }
                }
                case Part.Reasoning thought -> {
                    if (signedAtHome(thought)) {
                        said.add(thought);
                    } else {
                        to.losses().incidental(thought.at(), "Anthropic takes no thinking without its own signature");
                    }
                }
                case Part.Opaque opaque -> opaque(opaque, said, to);
                case Part.Media media
                when role == Turn.Role.ASSISTANT ->
                    to.refusals()
                            .notExpressible(media.at(), "Anthropic's assistant says text only; send it as the user's");
                case Part.Text _, Part.Media _, Part.SearchResult _, Part.ToolCall _, Part.ToolResult _ ->
                    said.add(part);
            }
        }
        return said;
    }

    private static void blank(Part.Text text, Writing to) {
        if (!text.text().isEmpty()) {
            to.losses().incidental(text.at(), "Anthropic refuses blank text");
        }
        if (text.signature() != null) {
            to.losses().incidental(text.at(), "its signature is another provider's");
        }
    }

    private static void opaque(Part.Opaque opaque, List<Part> said, Writing to) {
        String why = "only " + opaque.home().wireName() + " knows " + opaque.type();
        if (opaque.home() == Protocol.MESSAGES) {
            said.add(opaque);
        } else if (opaque.weight() == Extra.Weight.ESSENTIAL) {
            to.refusals().notExpressible(opaque.at(), why);
        } else {
            to.losses().request(opaque.at(), why);
        }
    }

    private static boolean signedAtHome(Part.Reasoning thought) {
        return thought.signature() != null && thought.signature().home() == Protocol.MESSAGES;
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
