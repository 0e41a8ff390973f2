/**
 * How many tokens a conversation's input has, counted here where no provider can be asked. {@link
 * dev.tollgate.dialects.tokens.TokenEstimator} counts all of it: instructions, turns with every kind of part, tools and the schema of
 * the answer, by the rules of the model's family.
 *
 * <p>It is an estimate. Texts are split by OpenAI's {@code o200k_base}, which is exact for its models since GPT-4o; other vendors do
 * not publish their tokenizers, so their texts have a factor, chosen to err to the high side. Images, documents and sound count by the
 * vendors' published rules. Work is bounded: beyond {@link dev.tollgate.dialects.tokens.TokenEstimator#EXACT_BYTES} of text, pieces
 * taken at random are counted for the whole.
 */
@NullMarked
package dev.tollgate.dialects.tokens;

import org.jspecify.annotations.NullMarked;
