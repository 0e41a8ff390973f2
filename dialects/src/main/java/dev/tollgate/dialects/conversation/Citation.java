package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Where a text has something from.
 *
 * <p>Anthropic: {@code citations[]} by character, page, block, search result or web page. Chat: {@code annotations[].url_citation} of
 * the whole message. Responses: {@code annotations[]} of the text. Gemini: {@code citationMetadata} and {@code groundingMetadata}
 * of the candidate. Only web pages ({@code url} not null) cross; the others are losses outside their home.
 *
 * @param start where the cited passage begins in the part's own text, in Unicode code points; -1 where the wire does not say
 * @param end after its last code point; -1 likewise
 * @param home the protocol of {@code raw}, which is the citation as it stood there
 */
public record Citation(
        Path at,
        Json.@Nullable Text url,
        Json.@Nullable Text title,
        Json.@Nullable Text citedText,
        int start,
        int end,
        Protocol home,
        Json raw) {}
