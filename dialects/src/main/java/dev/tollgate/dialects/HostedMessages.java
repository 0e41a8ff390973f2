package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.json.Bytes;
import dev.tollgate.dialects.json.JsonTokens;
import dev.tollgate.dialects.json.JsonTokens.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Puts a Messages body into the form in which clouds take it that host Anthropic's models: the API's version stands in it, and
 * what the cloud wants in the path does not (<a
 * href="https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai">Vertex AI</a>, <a
 * href="https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html">Bedrock</a>).
 * By splices alone: every other byte stays as it came.
 */
public final class HostedMessages {
    private static final String VERSION = "anthropic_version";
    private static final String BETA = "anthropic_beta";

    /**
     * What a cloud wants.
     *
     * @param version of {@code anthropic_version}; takes the place of another
     * @param removed top-level fields that it refuses
     * @param betas to stand in {@code anthropic_beta}, beside those that are there
     */
    public record Form(String version, Set<String> removed, List<String> betas) {
        public Form {
            removed = Set.copyOf(removed);
            betas = List.copyOf(betas);
        }
    }

    /**
     * One of the body's members.
     *
     * @param start where its name begins, at the quote
     * @param end just behind its value
     */
    private record Member(String name, int start, int end) {}

    private final JsonTokens tokens;
    private final Form form;
    private final List<Member> members = new ArrayList<>();
    private final List<Splice> splices = new ArrayList<>();
    /** Members to insert behind the opening brace: names and values as JSON. */
    private final SequencedMap<String, String> inserted = new LinkedHashMap<>();

    private HostedMessages(JsonTokens tokens, Form form) {
        this.tokens = tokens;
        this.form = form;
    }

    /**
     * The edits, in order.
     *
     * @param body one JSON object in {@code body[offset, offset + length)}, found {@link Inspection.Readable readable}
     * @throws IllegalArgumentException where it is none
     */
    public static List<Splice> edits(byte[] body, int offset, int length, Form form) {
        return new HostedMessages(new JsonTokens(body, offset, offset + length), form).edits();
    }

    private List<Splice> edits() {
        next();
        int open = tokens.end();
        inserted.put(VERSION, quoted(form.version()));
        if (!form.betas().isEmpty()) {
            inserted.put(BETA, '[' + quoted(form.betas()) + ']');
        }
        while (next() == Token.NAME) {
            String name = tokens.string();
            int start = tokens.start();
            Token value = next();
            switch (name) {
                case VERSION -> replaceVersion(value);
                case BETA -> addBetas(value);
                default -> skip();
            }
            members.add(new Member(name, start, tokens.end()));
        }
        insert(open);
        remove();
        splices.sort((a, b) -> a.start() != b.start() ? a.start() - b.start() : a.end() - b.end());
        return splices;
    }

    private Token next() {
        Token token = tokens.next();
        if (token == Token.BROKEN || token == Token.END) {
            throw new IllegalArgumentException("no JSON object: " + tokens.problem());
        }
        return token;
    }

    /** To the end of the value that has begun. */
    private void skip() {
        while (tokens.depth() > 1) {
            next();
        }
    }

    private void replaceVersion(Token value) {
        inserted.remove(VERSION);
        boolean same = value == Token.TEXT && form.version().equals(tokens.string());
        int start = tokens.start();
        skip();
        if (!same) {
            splices.add(new Splice(start, tokens.end(), quoted(form.version()).getBytes(UTF_8), VERSION));
        }
    }

    /** Those of the form that the array does not name already. What is no array is the cloud's to judge. */
    private void addBetas(Token value) {
        inserted.remove(BETA);
        int start = tokens.end();
        Set<String> there = new HashSet<>();
        boolean empty = true;
        while (tokens.depth() > 1) {
            Token item = next();
            empty &= item == Token.ARRAY_END;
            if (item == Token.TEXT && tokens.depth() == 2) {
                there.add(tokens.string());
            }
        }
        List<String> more =
                form.betas().stream().filter(beta -> !there.contains(beta)).toList();
        if (value == Token.ARRAY && !more.isEmpty()) {
            String text = quoted(more) + (empty ? "" : ",");
            splices.add(new Splice(start, start, text.getBytes(UTF_8), BETA));
        }
    }

    private void insert(int open) {
        if (!inserted.isEmpty()) {
            boolean alone = members.stream().allMatch(this::isRemoved);
            StringBuilder text = new StringBuilder();
            inserted.forEach((name, value) -> text.append(text.isEmpty() ? "" : ",")
                    .append(quoted(name))
                    .append(':')
                    .append(value));
            text.append(alone ? "" : ",");
            String names = String.join(", ", inserted.keySet());
            splices.add(new Splice(open, open, text.toString().getBytes(UTF_8), names));
        }
    }

    /** Each run of fields that go is cut with the comma behind it; the last run with the comma before it. */
    private void remove() {
        int first = 0;
        while (first < members.size()) {
            int next = first;
            while (next < members.size() && isRemoved(members.get(next))) {
                next++;
            }
            if (next > first) {
                boolean last = next == members.size();
                int from = last && first > 0
                        ? members.get(first - 1).end()
                        : members.get(first).start();
                int to = last ? members.get(next - 1).end() : members.get(next).start();
                splices.add(new Splice(from, to, Bytes.EMPTY, names(members.subList(first, next))));
            }
            first = next + 1;
        }
    }

    private static String names(List<Member> members) {
        return members.stream().map(Member::name).collect(Collectors.joining(", "));
    }

    private boolean isRemoved(Member member) {
        return form.removed().contains(member.name());
    }

    private static String quoted(List<String> texts) {
        StringBuilder list = new StringBuilder();
        for (String text : texts) {
            list.append(list.isEmpty() ? "" : ",").append(quoted(text));
        }
        return list.toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder().append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, quoted);
        return quoted.append('"').toString();
    }
}
