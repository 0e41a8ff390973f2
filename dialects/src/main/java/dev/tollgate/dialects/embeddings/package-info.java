/**
 * Embeddings between OpenAI's form ({@code POST /v1/embeddings}) and Gemini's ({@code :embedContent}, {@code
 * :batchEmbedContents}): one neutral {@link dev.tollgate.dialects.embeddings.EmbeddingRequest} and {@link
 * dev.tollgate.dialects.embeddings.EmbeddingAnswer}, and a {@link dev.tollgate.dialects.embeddings.EmbeddingCodec} for each dialect.
 * Anthropic has no embeddings.
 *
 * <table>
 * <caption>On the wire. "Loss": dropped and listed. "Refused": the request is not sent.</caption>
 * <tr><th>What</th><th>OpenAI</th><th>Gemini</th></tr>
 * <tr><td>a text</td><td>{@code input}</td><td>{@code content.parts[].text}; several parts are joined by line breaks for OpenAI, a
 * loss</td></tr>
 * <tr><td>several</td><td>{@code input} as a list</td><td>{@code requests}</td></tr>
 * <tr><td>tokens</td><td>{@code input} as numbers</td><td>refused</td></tr>
 * <tr><td>media</td><td>refused</td><td>{@code inlineData}, {@code fileData}</td></tr>
 * <tr><td>dimensions</td><td>{@code dimensions}, one for all</td><td>{@code outputDimensionality} of each request; where they
 * differ, refused</td></tr>
 * <tr><td>encoding</td><td>{@code encoding_format}: numbers, or 32-bit floats, little-endian, in base64</td><td>numbers</td></tr>
 * <tr><td>what it is for</td><td>loss</td><td>{@code taskType}, {@code title}</td></tr>
 * <tr><td>end user</td><td>{@code user}</td><td>loss</td></tr>
 * <tr><td>usage</td><td>{@code usage.prompt_tokens}; estimated where Gemini is silent</td><td>{@code
 * usageMetadata.promptTokenCount}</td></tr>
 * </table>
 */
@NullMarked
package dev.tollgate.dialects.embeddings;

import org.jspecify.annotations.NullMarked;
