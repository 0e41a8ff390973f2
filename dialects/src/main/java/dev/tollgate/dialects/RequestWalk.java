package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.OutputLimitPlace.Kind;
import dev.tollgate.dialects.json.JsonTokens;
import dev.tollgate.dialects.json.JsonTokens.Token;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One pass over one request body, for {@link RequestInspector}. Stops at the first problem. */
final class RequestWalk {
    private static final long MOST_OUTPUT_TOKENS = Integer.MAX_VALUE;
    /** OpenAI's limit for {@code n}; Gemini's for {@code candidateCount} is lower. */
    private static final int MOST_CHOICES = 128;

    private static final int LONGEST_MODEL = 512;
    /** OpenAI's limit for a value of metadata. What is longer must not be kept beside its body, which has been made room for. */
    private static final int LONGEST_LABEL = 512;
    /** Gemini's batch endpoint takes 100 requests; the bound keeps a hostile body from growing the list. */
    private static final int MOST_INNER_MODELS = 2048;

    private final Operation operation;
    private final byte[] body;
    private final int offset;
    private final int start;
    private final JsonTokens tokens;

    private final NameScopes scopes = new NameScopes();
    /** Per depth: the slot whose value the open object or array is. */
    private final @Nullable RequestSlot[] within = new RequestSlot[JsonTokens.MAX_DEPTH + 1];

    private final Map<String, RequestSlot> bodyNames;
    private final Set<RequestSlot> seen = EnumSet.noneOf(RequestSlot.class);
    private @Nullable String problem;

    private @Nullable String model;
    private int modelStart = -1;
    private int modelEnd = -1;
    private boolean stream;
    private long maxOutputTokens = -1;
    private List<OutputLimitPlace> outputLimits = List.of();
    private @Nullable OutputLimitPlace couldLimit;
    private int choices = 1;
    private IncludeUsage asked = IncludeUsage.NO_OPTIONS;
    private int usageStart;
    private int usageEnd;
    private List<RequestFields.InnerModel> innerModels = List.of();
    private List<String> toolModels = List.of();
    private long thinkingBudget = -1;
    private @Nullable String feature;
    private RequestFields.@Nullable Continued thread;
    private final AskedWork work = new AskedWork();
    private final UnwrittenSigns unwritten = new UnwrittenSigns();

    RequestWalk(Operation operation, byte[] body, int offset, int start, int end) {
        this.operation = operation;
        this.bodyNames = RequestSlot.ofBody(operation);
        this.body = body;
        this.offset = offset;
        this.start = start;
        this.tokens = new JsonTokens(body, offset, end);
        this.stream = operation == Operation.STREAM_GENERATE_CONTENT;
        this.usageStart = start + 1;
        this.usageEnd = start + 1;
    }

    Inspection walk() {
        readObject();
        if (problem == null && tokens.next() != Token.END) {
            problem = "Something follows the JSON object, at byte " + shown(tokens.start()) + ".";
        }
        if (problem == null && model == null && !operation.modelInPath()) {
            problem = "model: required, a string that names the model.";
        }
        return problem == null ? new Inspection.Readable(fields()) : new Inspection.Malformed(problem);
    }

    private RequestFields fields() {
        boolean chatStream = operation == Operation.CHAT_COMPLETIONS && stream;
        return new RequestFields(
                model,
                modelStart,
                modelEnd,
                stream,
                maxOutputTokens,
                outputLimits(),
                choices,
                chatStream ? asked : IncludeUsage.NOT_NEEDED,
                chatStream ? usageStart : -1,
                chatStream ? usageEnd : -1,
                start,
                innerModels,
                toolModels,
                thinkingBudget,
                feature,
                thread,
                work.done(start),
                unwritten.done());
    }

    /** Two places at most: OpenAI's chat has an old name and a new one for it, and either may bound the answer. */
    private List<OutputLimitPlace> outputLimits() {
        boolean bounded = bodyNames.containsValue(RequestSlot.MAX_OUTPUT_TOKENS);
        if (!outputLimits.isEmpty() || !(bounded || bodyNames.containsValue(RequestSlot.GENERATION_CONFIG))) {
            return outputLimits;
        }
        OutputLimitPlace config = couldLimit;
        if (config == null) {
            Kind kind = bounded ? Kind.BEFORE_FIELDS : Kind.BEFORE_CONFIG;
            // A body without any field is one that no provider takes.
            return isEmptyObject(start + 1) ? List.of() : List.of(new OutputLimitPlace(start + 1, start + 1, kind));
        }
        return List.of(
                config.kind() == Kind.BEFORE_FIELDS && isEmptyObject(config.start())
                        ? new OutputLimitPlace(config.start(), config.end(), Kind.EMPTY_OBJECT)
                        : config);
    }

    /** Whether the object that begins just before that index has no fields. */
    private boolean isEmptyObject(int inside) {
        int at = inside;
        while (body[at] == ' ' || body[at] == '\t' || body[at] == '\n' || body[at] == '\r') {
            at++;
        }
        return body[at] == '}';
    }

    private void limits(OutputLimitPlace place) {
        if (outputLimits.isEmpty()) {
            outputLimits = new ArrayList<>(1);
        }
        outputLimits.add(place);
    }

    /** Walks the root object; on return its closing brace has been read, or {@link #problem} is set. */
    private void readObject() {
        RequestSlot slot = null; // of the value that comes next
        String name = "";
        do {
            Token token = tokens.next();
            switch (token) {
                case NAME -> {
                    unwritten.look(body, tokens);
                    slot = slotOf();
                    name = slot == null ? "" : tokens.string();
                }
                case OBJECT, ARRAY -> {
                    int depth = tokens.depth();
                    scopes.open();
                    within[depth] = slot != null ? container(slot, name, token) : inherited(depth, token);
                    slot = null;
                }
                case OBJECT_END, ARRAY_END -> {
                    closed();
                    scopes.close();
                }
                case TEXT, NUMBER, TRUE, FALSE, NULL -> {
                    if (token == Token.TEXT) {
                        unwritten.look(body, tokens);
                    }
                    if (slot != null) {
                        scalar(slot, name, token);
                        slot = null;
                    }
                }
                case END, BROKEN -> problem = "The body is not valid JSON: " + tokens.problem() + ".";
            }
        } while (problem == null && tokens.depth() > 0);
    }

    /** What had just ended stood one level deeper than the walk does now. */
    private void closed() {
        RequestSlot ended = within[tokens.depth() + 1];
        if (ended == RequestSlot.TOOL) {
            work.closeOfMessages();
        } else if (ended == RequestSlot.SERVER_TOOL) {
            work.closeOfResponses();
        }
    }

    private @Nullable RequestSlot slotOf() {
        int depth = tokens.depth();
        Map<String, RequestSlot> names = depth == 1 ? bodyNames : inside(within[depth]);
        String name = names.isEmpty() ? "" : tokens.string();
        if (within[depth] == RequestSlot.GEMINI_TOOL) {
            work.memberOfGeminis(tokens.string());
        }
        RequestSlot slot = names.get(name);
        if (!isNew()) {
            String field = slot == null ? "A field" : name;
            problem = field + " appears twice in the same object, at byte " + shown(tokens.start()) + ".";
            return null;
        }
        if (slot == null && !names.isEmpty()) {
            String known = RequestSlot.caseVariant(names, name);
            if (known != null) {
                problem = known + ": spelled in another case at byte " + shown(tokens.start()) + ".";
            } else if (asked == IncludeUsage.EMPTY_OPTIONS && within[depth] == RequestSlot.STREAM_OPTIONS) {
                asked = IncludeUsage.OTHER_OPTIONS;
            }
        } else if (slot != null && slot != RequestSlot.INNER_MODEL && operation.modelInPath() && !seen.add(slot)) {
            problem = name + ": appears twice, in two spellings, at byte " + shown(tokens.start()) + ".";
        }
        return slot;
    }

    private Map<String, RequestSlot> inside(@Nullable RequestSlot around) {
        return RequestSlot.mayBegin(around, body[tokens.start() + 1]) ? RequestSlot.inside(around) : Map.of();
    }

    private boolean isNew() {
        if (tokens.escaped()) { // "mod\\u0065l" is "model"
            byte[] name = tokens.string().getBytes(UTF_8);
            return scopes.add(name, 0, name.length);
        }
        return scopes.add(body, tokens.start() + 1, tokens.end() - 1);
    }

    /** What is inspected inside an object or array that is an inspected field's value. */
    private RequestSlot container(RequestSlot slot, String name, Token token) {
        Token expected = switch (slot) {
            case STREAM_OPTIONS, GENERATION_CONFIG, REQUEST, INNER_REQUEST, TOOL -> Token.OBJECT;
            case SERVER_TOOL, GEMINI_TOOL, SEARCH_OPTIONS, THINKING -> Token.OBJECT;
            case REQUESTS, TOOLS, SERVER_TOOLS, CONNECTORS -> Token.ARRAY;
            case GEMINI_TOOLS -> token; // Google's servers take a single one without its list
            case LABELS, THREAD -> token; // what form they must have is the provider's affair
            case MODEL, INNER_MODEL, TOOL_MODEL, STREAM, MAX_OUTPUT_TOKENS, CHOICES, INCLUDE_USAGE -> null;
            case TIER, TOOL_TYPE, TOOL_USES, TOOL_TOKENS, TOOL_CALLS, THINKING_BUDGET -> null;
            case FEATURE, PREVIOUS_MESSAGE -> null;
        };
        if (slot == RequestSlot.SEARCH_OPTIONS) {
            work.named(name);
        } else if (slot == RequestSlot.THREAD) {
            thread = new RequestFields.Continued(null);
        }
        if (token != expected) {
            problem = name + ": must be " + expectation(slot);
        } else if (slot == RequestSlot.STREAM_OPTIONS) {
            asked = IncludeUsage.EMPTY_OPTIONS;
            usageStart = tokens.start() + 1;
            usageEnd = usageStart;
        } else if (slot == RequestSlot.GENERATION_CONFIG) {
            couldLimit = new OutputLimitPlace(tokens.start() + 1, tokens.start() + 1, Kind.BEFORE_FIELDS);
        }
        return slot == RequestSlot.GEMINI_TOOLS && token == Token.OBJECT ? RequestSlot.GEMINI_TOOL : slot;
    }

    /** The objects of an inspected array are inspected as it is. */
    private @Nullable RequestSlot inherited(int depth, Token token) {
        RequestSlot around = within[depth - 1];
        RequestSlot element = token == Token.OBJECT ? RequestSlot.element(around) : null;
        if (around == RequestSlot.CONNECTORS) {
            work.named("mcp_servers");
        }
        if (element == RequestSlot.TOOL || element == RequestSlot.SERVER_TOOL) {
            work.open(tokens.start() + 1);
        }
        return element;
    }

    private void scalar(RequestSlot slot, String name, Token token) {
        if (token == Token.NULL && slot != RequestSlot.MODEL && slot != RequestSlot.INNER_MODEL) {
            nothing(slot);
            return;
        }
        boolean understood = switch (slot) {
            case MODEL, INNER_MODEL, TOOL_MODEL -> token == Token.TEXT && model(slot);
            case TIER, TOOL_TYPE, FEATURE, PREVIOUS_MESSAGE -> token == Token.TEXT && word(slot);
            case STREAM, INCLUDE_USAGE ->
                (token == Token.TRUE || token == Token.FALSE) && flag(slot, token == Token.TRUE);
            case MAX_OUTPUT_TOKENS, CHOICES, TOOL_USES, TOOL_TOKENS, TOOL_CALLS, THINKING_BUDGET ->
                token == Token.NUMBER && number(slot);
            case STREAM_OPTIONS, GENERATION_CONFIG, REQUESTS, REQUEST, INNER_REQUEST, TOOLS, TOOL -> false;
            case SERVER_TOOLS, SERVER_TOOL, GEMINI_TOOLS, GEMINI_TOOL, SEARCH_OPTIONS, THINKING, CONNECTORS -> false;
            case LABELS, THREAD -> true;
        };
        if (!understood && problem == null) {
            problem = name + ": must be " + expectation(slot);
        }
    }

    private static String expectation(RequestSlot slot) {
        return switch (slot) {
            case MODEL, INNER_MODEL, TOOL_MODEL ->
                "a string of 1 to " + LONGEST_MODEL + " characters, without control characters.";
            case STREAM, INCLUDE_USAGE -> "true or false.";
            case MAX_OUTPUT_TOKENS, TOOL_USES, TOOL_TOKENS, TOOL_CALLS, THINKING_BUDGET ->
                "a whole number from 0 to " + MOST_OUTPUT_TOKENS + ".";
            case TIER, TOOL_TYPE, FEATURE, PREVIOUS_MESSAGE -> "a string.";
            case CHOICES -> "a whole number from 1 to " + MOST_CHOICES + ".";
            case STREAM_OPTIONS, GENERATION_CONFIG, REQUEST, INNER_REQUEST, TOOL -> "an object.";
            case SERVER_TOOL, GEMINI_TOOL, SEARCH_OPTIONS, THINKING, LABELS, THREAD -> "an object.";
            case REQUESTS, TOOLS, SERVER_TOOLS, GEMINI_TOOLS, CONNECTORS -> "an array.";
        };
    }

    private void nothing(RequestSlot slot) {
        if (slot == RequestSlot.STREAM_OPTIONS || slot == RequestSlot.INCLUDE_USAGE) {
            asked = slot == RequestSlot.STREAM_OPTIONS ? IncludeUsage.NULL_OPTIONS : IncludeUsage.DECLINED;
            usageStart = tokens.start();
            usageEnd = usageStart + "null".length();
        } else if (slot == RequestSlot.MAX_OUTPUT_TOKENS) {
            limits(new OutputLimitPlace(tokens.start(), tokens.end(), Kind.VALUE));
        } else if (slot == RequestSlot.GENERATION_CONFIG) {
            couldLimit = new OutputLimitPlace(tokens.start(), tokens.end(), Kind.NO_CONFIG);
        } else if (slot == RequestSlot.TOOL_USES) {
            work.maxUses(-1, tokens.start(), tokens.end());
        } else if (slot == RequestSlot.TOOL_CALLS) {
            work.mostCalls(-1, tokens.start(), tokens.end());
        }
    }

    private boolean word(RequestSlot slot) {
        if (slot == RequestSlot.TIER) {
            work.tier(tokens.string());
        } else if (slot == RequestSlot.FEATURE) {
            String label = tokens.string();
            feature = label.length() > LONGEST_LABEL ? label.substring(0, LONGEST_LABEL) : label;
        } else if (slot == RequestSlot.PREVIOUS_MESSAGE) {
            String id = tokens.string();
            thread = new RequestFields.Continued(id.length() > LONGEST_LABEL ? id.substring(0, LONGEST_LABEL) : id);
        } else {
            work.type(tokens.string());
        }
        return true;
    }

    private boolean flag(RequestSlot slot, boolean value) {
        if (slot == RequestSlot.STREAM) {
            stream = value;
        } else {
            asked = value ? IncludeUsage.ASKED : IncludeUsage.DECLINED;
            usageStart = tokens.start();
            usageEnd = usageStart + Boolean.toString(value).length();
        }
        return true;
    }

    private boolean number(RequestSlot slot) {
        long most = slot == RequestSlot.CHOICES ? MOST_CHOICES : MOST_OUTPUT_TOKENS;
        long least = slot == RequestSlot.CHOICES ? 1 : 0;
        OptionalLong value = tokens.integer();
        if (value.isEmpty() || value.getAsLong() < least || value.getAsLong() > most) {
            return false;
        }
        took(slot, value.getAsLong());
        return true;
    }

    private void took(RequestSlot slot, long value) {
        if (slot == RequestSlot.CHOICES) {
            choices = (int) value;
        } else if (slot == RequestSlot.TOOL_USES) {
            work.maxUses(value, tokens.start(), tokens.end());
        } else if (slot == RequestSlot.TOOL_TOKENS) {
            work.maxTokens(value);
        } else if (slot == RequestSlot.TOOL_CALLS) {
            work.mostCalls(value, tokens.start(), tokens.end());
        } else if (slot == RequestSlot.THINKING_BUDGET) {
            thinkingBudget = value;
        } else {
            maxOutputTokens = Math.max(maxOutputTokens, value);
            limits(new OutputLimitPlace(tokens.start(), tokens.end(), Kind.VALUE, value));
        }
    }

    private boolean model(RequestSlot slot) {
        int from = tokens.start();
        String value = tokens.string();
        int to = tokens.end();
        if (value.isEmpty() || value.length() > LONGEST_MODEL || value.chars().anyMatch(Character::isISOControl)) {
            return false;
        }
        if (slot == RequestSlot.MODEL) {
            model = value;
            modelStart = from;
            modelEnd = to;
        } else if (slot == RequestSlot.TOOL_MODEL) {
            work.model(value);
            return toolModel(value);
        } else {
            if (innerModels.isEmpty()) {
                innerModels = new ArrayList<>();
            } else if (innerModels.size() == MOST_INNER_MODELS) {
                problem = "requests: more than " + MOST_INNER_MODELS + ".";
            }
            innerModels.add(new RequestFields.InnerModel(value, from, to));
        }
        return true;
    }

    private boolean toolModel(String value) {
        if (toolModels.isEmpty()) {
            toolModels = new ArrayList<>();
        } else if (toolModels.size() == MOST_INNER_MODELS) {
            problem = "tools: more than " + MOST_INNER_MODELS + " with a model.";
            return false;
        }
        return toolModels.add(value);
    }

    /** An index as callers count: from the body's first byte. */
    private int shown(int index) {
        return index - offset;
    }
}
