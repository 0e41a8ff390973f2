package dev.tollgate.sim;

import tools.jackson.databind.node.ObjectNode;

/** One event of a stream, written when its turn comes: a long story is never whole in memory. */
sealed interface Event {

    /** The name on an SSE {@code event:} line, in the dialects that have one. */
    String name();

    /** Whether it carries a piece of the answer, and so waits for its time; the others leave with their neighbours. */
    boolean delta();

    /**
     * Appends its data.
     *
     * @param sequence how many events of this stream were written before
     */
    void write(StringBuilder out, int sequence);

    /** Written as it is. */
    record Whole(String name, boolean delta, ObjectNode json) implements Event {
        @Override
        public void write(StringBuilder out, int sequence) {
            out.append(Json.text(json));
        }
    }

    /** Written with its {@code sequence_number}, as OpenAI's Responses are. */
    record Numbered(String name, ObjectNode json) implements Event {
        @Override
        public boolean delta() {
            return false;
        }

        @Override
        public void write(StringBuilder out, int sequence) {
            String text = Json.text(json);
            out.append(text, 0, text.length() - 1);
            out.append(",\"sequence_number\":").append(sequence).append('}');
        }
    }

    /**
     * A piece of text within JSON that is the same for every piece around it: no tree is built for it.
     *
     * @param head JSON up to the text
     * @param tail JSON after it, but for the last brace
     * @param numbered whether a {@code sequence_number} comes before that brace
     */
    record Delta(String name, String head, String text, String tail, boolean numbered) implements Event {
        @Override
        public boolean delta() {
            return true;
        }

        @Override
        public void write(StringBuilder out, int sequence) {
            out.append(head);
            Json.quote(text, out);
            out.append(tail);
            if (numbered) {
                out.append(",\"sequence_number\":").append(sequence);
            }
            out.append('}');
        }
    }

    /** OpenAI chat's last line. */
    record Done() implements Event {
        @Override
        public String name() {
            return "";
        }

        @Override
        public boolean delta() {
            return false;
        }

        @Override
        public void write(StringBuilder out, int sequence) {
            out.append("[DONE]");
        }
    }
}
