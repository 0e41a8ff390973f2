package dev.tollgate.dialects;

import static dev.tollgate.dialects.AnswerField.CACHE_READ;
import static dev.tollgate.dialects.AnswerField.CACHE_WRITE;
import static dev.tollgate.dialects.AnswerField.INPUT;
import static dev.tollgate.dialects.AnswerField.ITEM;
import static dev.tollgate.dialects.AnswerField.ITEM_ACTION;
import static dev.tollgate.dialects.AnswerField.ITEM_TYPE;
import static dev.tollgate.dialects.AnswerField.OUTPUT;
import static dev.tollgate.dialects.AnswerField.REASONING;
import static dev.tollgate.dialects.AnswerField.TEXT;
import static dev.tollgate.dialects.AnswerField.TOTAL;
import static dev.tollgate.dialects.AnswerField.WEB_SEARCHES;

import org.jspecify.annotations.Nullable;

/**
 * OpenAI's Responses (<a href="https://platform.openai.com/docs/api-reference/responses-streaming">streaming events</a>). The
 * figures come once, in the last event, and include each other as in {@link ChatMeter}. Searches are not among them: they are
 * the {@code web_search_call} items of the output whose action is {@code search}; opening a page costs nothing (<a
 * href="https://platform.openai.com/docs/guides/tools-web-search">web search</a>).
 */
final class ResponsesMeter extends Meter {
    private static final JsonPaths PATHS = paths();

    private long searchesInItems;
    private long searchesCompleted;
    private boolean anyItem;
    private boolean itemIsSearch;
    private boolean itemIsOtherAction;

    ResponsesMeter() {
        super(PATHS);
    }

    private static JsonPaths paths() {
        JsonPaths paths = JsonPaths.root()
                .report(AnswerField.TYPE, "type")
                .report(AnswerField.ERROR, "error")
                .report(TEXT, "delta", "output.content.text", "output.arguments");
        // A whole answer has them at the root, a stream's last event in its response.
        for (String response : new String[] {"", "response."}) {
            paths.report(INPUT, response + "usage.input_tokens")
                    .report(CACHE_READ, response + "usage.input_tokens_details.cached_tokens")
                    .report(CACHE_WRITE, response + "usage.input_tokens_details.cache_write_tokens")
                    .report(OUTPUT, response + "usage.output_tokens")
                    .report(REASONING, response + "usage.output_tokens_details.reasoning_tokens")
                    .report(AnswerField.SERVICE_TIER, response + "service_tier")
                    .report(TOTAL, response + "usage.total_tokens")
                    .report(ITEM, response + "output")
                    .report(ITEM_TYPE, response + "output.type")
                    .report(ITEM_ACTION, response + "output.action.type");
        }
        return paths;
    }

    @Override
    public void opened(AnswerField field, boolean array) {
        if (field == ITEM && array) {
            searchesInItems = 0;
            anyItem = false;
        } else if (field == ITEM) {
            anyItem = true;
            itemIsSearch = false;
            itemIsOtherAction = false;
        }
    }

    @Override
    public void closed(AnswerField field, boolean array) {
        if (field != ITEM) {
            return;
        }
        if (!array && itemIsSearch && !itemIsOtherAction) {
            searchesInItems++;
        } else if (array && anyItem) {
            read.set(WEB_SEARCHES, searchesInItems);
        }
    }

    @Override
    public void string(AnswerField field, String name, byte[] head, int headLength, long length) {
        if (field == ITEM_TYPE) {
            itemIsSearch = is(head, headLength, "web_search_call");
        } else if (field == ITEM_ACTION) {
            itemIsOtherAction = !is(head, headLength, "search");
        } else {
            super.string(field, name, head, headLength, length);
        }
    }

    @Override
    Verdict judge(boolean whole) {
        if (typeIs("response.audio.delta")) {
            dropText(); // base64
        }
        if (whole && typeIs("response.web_search_call.completed")) {
            read.set(WEB_SEARCHES, ++searchesCompleted); // until the last event's items say it exactly
        }
        boolean last = typeIs("response.completed") || typeIs("response.incomplete") || typeIs("response.failed");
        return whole && last ? Verdict.TERMINAL : Verdict.ORDINARY;
    }

    @Override
    boolean saysFailure() {
        return super.saysFailure() || typeIs("response.failed");
    }

    @Override
    @Nullable
    String contradiction(Counts counts) {
        return OpenAiFigures.contradiction(counts);
    }

    @Override
    long output(Counts counts) {
        return OpenAiFigures.output(counts);
    }

    @Override
    Usage usage(Counts counts, long outputTokens) {
        return OpenAiFigures.usage(counts, outputTokens);
    }
}
