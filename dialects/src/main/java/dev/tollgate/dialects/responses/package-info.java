/** OpenAI's Responses (<a href="https://platform.openai.com/docs/api-reference/responses">reference</a>). */
@NullMarked
package dev.tollgate.dialects.responses;

import org.jspecify.annotations.NullMarked;
