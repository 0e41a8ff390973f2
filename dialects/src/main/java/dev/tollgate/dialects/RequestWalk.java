package dev.tollgate.dialects;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamConstraintsException;

/** One pass over one request body, for {@link RequestInspector}. Stops at the first problem. */
final class RequestWalk {
    private static final long MOST_OUTPUT_TOKENS = Integer.MAX_VALUE;
    /** OpenAI's limit for {@code n}; Gemini's for {@code candidateCount} is lower. */
    private static final int MOST_CHOICES = 128;

    private static final int LONGEST_MODEL = 512;
    /** Gemini's batch endpoint takes 100 requests; the bound keeps a hostile body from growing the list. */
    private static final int MOST_INNER_MODELS = 2048;

    private final Operation operation;
    private final byte[] body;
    private final int offset;
    private final int start;
    private final int end;

    private final NameScopes scopes = new NameScopes();
    /** Per depth: the slot whose value the open object or array is. */
    private final @Nullable RequestSlot[] within = new RequestSlot[RequestInspector.MAX_DEPTH + 1];

    private final Map<String, RequestSlot> bodyNames;
    private final Set<RequestSlot> seen = EnumSet.noneOf(RequestSlot.class);
    private @Nullable String problem;

    private @Nullable String model;
    private int modelStart = -1;
    private int modelEnd = -1;
    private boolean stream;
    private long maxOutputTokens = -1;
    private int choices = 1;
    private IncludeUsage asked = IncludeUsage.NO_OPTIONS;
    private int usageStart;
    private int usageEnd;
    private List<RequestFields.InnerModel> innerModels = List.of();
    private List<String> toolModels = List.of();

    RequestWalk(Operation operation, byte[] body, int offset, int start, int end) {
        this.operation = operation;
        this.bodyNames = RequestSlot.ofBody(operation);
        this.body = body;
        this.offset = offset;
        this.start = start;
        this.end = end;
        this.stream = operation == Operation.STREAM_GENERATE_CONTENT;
        this.usageStart = start + 1;
        this.usageEnd = start + 1;
    }

    Inspection walk() {
        try (JsonParser json =
                RequestInspector.JSON.createParser(ObjectReadContext.empty(), body, start, end - start)) {
            readObject(json);
            if (problem == null && json.nextToken() != null) {
                problem = "Something follows the JSON object, at byte " + shown(tokenStart(json)) + ".";
            }
        } catch (JacksonException broken) {
            // Jackson's own message may repeat what stands there.
            long at = broken.getLocation() == null ? -1 : broken.getLocation().getByteOffset();
            String place = at < 0 ? "" : " near byte " + shown(start + (int) at);
            boolean tooLong = broken instanceof StreamConstraintsException;
            problem =
                    (tooLong ? "A name or number in the body is too long" : "The body is not valid JSON") + place + ".";
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
                choices,
                chatStream ? asked : IncludeUsage.NOT_NEEDED,
                chatStream ? usageStart : -1,
                chatStream ? usageEnd : -1,
                start,
                innerModels,
                toolModels);
    }

    /** Walks the root object; on return the current token is its closing brace, or {@link #problem} is set. */
    private void readObject(JsonParser json) {
        RequestSlot slot = null; // of the value that comes next
        String name = "";
        int depth = 0;
        do {
            JsonToken token = json.nextToken();
            switch (token) {
                case PROPERTY_NAME -> {
                    name = json.currentName();
                    slot = slotOf(json, name, depth);
                }
                case START_OBJECT, START_ARRAY -> {
                    if (++depth > RequestInspector.MAX_DEPTH) {
                        problem = "The body nests deeper than " + RequestInspector.MAX_DEPTH + " levels, at byte "
                                + shown(tokenStart(json)) + ".";
                        return;
                    }
                    scopes.open();
                    within[depth] = slot != null ? container(json, slot, name, token) : inherited(depth, token);
                    slot = null;
                }
                case END_OBJECT, END_ARRAY -> {
                    scopes.close();
                    depth--;
                }
                default -> {
                    if (slot != null) {
                        scalar(json, slot, name, token);
                        slot = null;
                    }
                }
            }
        } while (depth > 0 && problem == null);
    }

    private @Nullable RequestSlot slotOf(JsonParser json, String name, int depth) {
        Map<String, RequestSlot> names = depth == 1 ? bodyNames : RequestSlot.inside(within[depth]);
        RequestSlot slot = names.isEmpty() ? null : names.get(name);
        if (!scopes.add(name)) {
            String field = slot == null ? "A field" : name;
            problem = field + " appears twice in the same object, at byte " + shown(tokenStart(json)) + ".";
            return null;
        }
        if (slot == null && !names.isEmpty()) {
            String known = RequestSlot.caseVariant(names, name);
            if (known != null) {
                problem = known + ": spelled in another case at byte " + shown(tokenStart(json)) + ".";
            } else if (asked == IncludeUsage.EMPTY_OPTIONS && within[depth] == RequestSlot.STREAM_OPTIONS) {
                asked = IncludeUsage.OTHER_OPTIONS;
            }
        } else if (slot != null && slot != RequestSlot.INNER_MODEL && operation.modelInPath() && !seen.add(slot)) {
            problem = name + ": appears twice, in two spellings, at byte " + shown(tokenStart(json)) + ".";
        }
        return slot;
    }

    /** What is inspected inside an object or array that is an inspected field's value. */
    private RequestSlot container(JsonParser json, RequestSlot slot, String name, JsonToken token) {
        JsonToken expected = switch (slot) {
            case STREAM_OPTIONS, GENERATION_CONFIG, REQUEST, INNER_REQUEST, TOOL -> JsonToken.START_OBJECT;
            case REQUESTS, TOOLS -> JsonToken.START_ARRAY;
            case MODEL, INNER_MODEL, TOOL_MODEL, STREAM, MAX_OUTPUT_TOKENS, CHOICES, INCLUDE_USAGE -> null;
        };
        if (token != expected) {
            problem = name + ": must be " + expectation(slot);
        } else if (slot == RequestSlot.STREAM_OPTIONS) {
            asked = IncludeUsage.EMPTY_OPTIONS;
            usageStart = tokenStart(json) + 1;
            usageEnd = usageStart;
        }
        return slot;
    }

    /** The objects of an inspected array are inspected as it is. */
    private @Nullable RequestSlot inherited(int depth, JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            return null;
        }
        RequestSlot around = within[depth - 1];
        return around == RequestSlot.REQUESTS
                ? RequestSlot.REQUEST
                : around == RequestSlot.TOOLS ? RequestSlot.TOOL : null;
    }

    private void scalar(JsonParser json, RequestSlot slot, String name, JsonToken token) {
        if (token == JsonToken.VALUE_NULL && slot != RequestSlot.MODEL && slot != RequestSlot.INNER_MODEL) {
            nothing(json, slot);
            return;
        }
        boolean understood = switch (slot) {
            case MODEL, INNER_MODEL, TOOL_MODEL -> token == JsonToken.VALUE_STRING && model(json, slot);
            case STREAM, INCLUDE_USAGE ->
                (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE)
                        && flag(json, slot, token == JsonToken.VALUE_TRUE);
            case MAX_OUTPUT_TOKENS, CHOICES -> token == JsonToken.VALUE_NUMBER_INT && number(json, slot);
            case STREAM_OPTIONS, GENERATION_CONFIG, REQUESTS, REQUEST, INNER_REQUEST, TOOLS, TOOL -> false;
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
            case MAX_OUTPUT_TOKENS -> "a whole number from 0 to " + MOST_OUTPUT_TOKENS + ".";
            case CHOICES -> "a whole number from 1 to " + MOST_CHOICES + ".";
            case STREAM_OPTIONS, GENERATION_CONFIG, REQUEST, INNER_REQUEST, TOOL -> "an object.";
            case REQUESTS, TOOLS -> "an array.";
        };
    }

    private void nothing(JsonParser json, RequestSlot slot) {
        if (slot == RequestSlot.STREAM_OPTIONS || slot == RequestSlot.INCLUDE_USAGE) {
            asked = slot == RequestSlot.STREAM_OPTIONS ? IncludeUsage.NULL_OPTIONS : IncludeUsage.DECLINED;
            usageStart = tokenStart(json);
            usageEnd = usageStart + "null".length();
        }
    }

    private boolean flag(JsonParser json, RequestSlot slot, boolean value) {
        if (slot == RequestSlot.STREAM) {
            stream = value;
        } else {
            asked = value ? IncludeUsage.ASKED : IncludeUsage.DECLINED;
            usageStart = tokenStart(json);
            usageEnd = usageStart + Boolean.toString(value).length();
        }
        return true;
    }

    private boolean number(JsonParser json, RequestSlot slot) {
        long most = slot == RequestSlot.CHOICES ? MOST_CHOICES : MOST_OUTPUT_TOKENS;
        long least = slot == RequestSlot.CHOICES ? 1 : 0;
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || json.getLongValue() < least
                || json.getLongValue() > most) {
            return false;
        }
        if (slot == RequestSlot.CHOICES) {
            choices = json.getIntValue();
        } else {
            maxOutputTokens = Math.max(maxOutputTokens, json.getLongValue());
        }
        return true;
    }

    private boolean model(JsonParser json, RequestSlot slot) {
        int from = tokenStart(json);
        String value = json.getString();
        int to = start + (int) json.currentLocation().getByteOffset();
        if (value.isEmpty() || value.length() > LONGEST_MODEL || value.chars().anyMatch(Character::isISOControl)) {
            return false;
        }
        if (slot == RequestSlot.MODEL) {
            model = value;
            modelStart = from;
            modelEnd = to;
        } else if (slot == RequestSlot.TOOL_MODEL) {
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

    /** Where the current token begins, as an index into {@link #body}. */
    private int tokenStart(JsonParser json) {
        return start + (int) json.currentTokenLocation().getByteOffset();
    }

    /** An index as callers count: from the body's first byte. */
    private int shown(int index) {
        return index - offset;
    }
}
