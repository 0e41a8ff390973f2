/**
 * One conversation for all protocols: a {@link dev.tollgate.dialects.conversation.Request}, an {@link
 * dev.tollgate.dialects.conversation.Answer}, and the {@link dev.tollgate.dialects.conversation.Event}s of an answer that is
 * streamed. Readers and writers of the protocols meet here, so there are N of each and not N².
 *
 * <p>Three rules. Text is a slice of the wire and is not decoded. A setting knows the place where the client {@link
 * dev.tollgate.dialects.conversation.Said said} it, and a part its own, so a loss is told in the client's words. What has no place
 * here is an {@link dev.tollgate.dialects.conversation.Extra} or a {@link dev.tollgate.dialects.conversation.Part.Opaque}, never
 * nothing.
 *
 * <p>The tables show the four that clients speak; Converse, which only providers speak, is told of in {@link
 * dev.tollgate.dialects.converse}.
 *
 * <table>
 * <caption>Parts on the wire. "Loss": dropped and listed. "Refused": the request is not sent.</caption>
 * <tr><th>Part</th><th>Anthropic Messages</th><th>Chat Completions</th><th>Responses</th><th>Gemini</th></tr>
 * <tr><td>Text</td><td>{@code text}, or content as a string</td><td>{@code text}, or content as a string</td><td>{@code
 * input_text}, {@code output_text}</td><td>{@code text}</td></tr>
 * <tr><td>Text.citations</td><td>{@code citations}</td><td>{@code annotations} (answers; in requests a loss)</td><td>{@code
 * annotations}</td><td>candidate's {@code groundingMetadata} (answers; in requests a loss)</td></tr>
 * <tr><td>Media image, base64</td><td>{@code image} with source base64</td><td>{@code image_url} with a data URL; not in tool
 * results: there it moves to a user message after them</td><td>{@code input_image} with a data URL</td><td>{@code
 * inlineData}; in tool results {@code functionResponse.parts}</td></tr>
 * <tr><td>Media image, URL</td><td>source url</td><td>{@code image_url}</td><td>{@code image_url}</td><td>{@code
 * fileData.fileUri}</td></tr>
 * <tr><td>Media document</td><td>{@code document}: base64 (PDF), text, url, content</td><td>{@code file.file_data} (base64); URL
 * refused; Plain and Parts as text and images</td><td>{@code input_file}: file_data, file_url; Plain and Parts as
 * text</td><td>{@code inlineData}, {@code fileData}; Plain as {@code inlineData} text/plain or text</td></tr>
 * <tr><td>Media audio</td><td>refused</td><td>{@code input_audio} (wav, mp3)</td><td>refused</td><td>{@code
 * inlineData}</td></tr>
 * <tr><td>Media video</td><td>refused</td><td>refused</td><td>refused</td><td>{@code inlineData}, {@code fileData}</td></tr>
 * <tr><td>Media by file id</td><td colspan="4">at its home only, else refused: the bytes are not there</td></tr>
 * <tr><td>SearchResult</td><td>{@code search_result}</td><td colspan="3">text with title and source before it; citations a
 * loss</td></tr>
 * <tr><td>ToolCall</td><td>{@code tool_use}</td><td>{@code tool_calls[]} of the assistant's message: text comes before calls,
 * whatever the order was</td><td>item {@code function_call}, {@code custom_tool_call}</td><td>{@code
 * functionCall}</td></tr>
 * <tr><td>ToolResult</td><td>{@code tool_result} in a user message, first</td><td>message of role {@code tool}; text
 * only</td><td>item {@code function_call_output}, {@code custom_tool_call_output}: text, images, files</td><td>{@code
 * functionResponse} with {@code response.result}, or the structured object</td></tr>
 * <tr><td>ToolResult.error</td><td>{@code is_error}</td><td colspan="2">the text says it (prefix "Error: "); no
 * loss</td><td>{@code response.error}</td></tr>
 * <tr><td>Reasoning</td><td>{@code thinking} (without a signature of Anthropic's: left out of requests, a loss)</td><td>a loss in
 * requests; {@code reasoning_content} in answers, as compatible servers do</td><td>item {@code reasoning}: summary, content,
 * encrypted_content (without it: left out of requests, a loss)</td><td>{@code text} with {@code thought: true}; left out of
 * requests without its signature</td></tr>
 * <tr><td>Reasoning, redacted</td><td>{@code redacted_thinking}</td><td>loss</td><td>encrypted_content with no
 * summary</td><td>a signature on an empty text</td></tr>
 * <tr><td>Refusal</td><td>text; stop_reason refusal</td><td>{@code refusal}</td><td>{@code refusal}</td><td>text; finishReason
 * SAFETY</td></tr>
 * <tr><td>Opaque</td><td colspan="4">at its home only (so never: same protocol is not converted); by its weight a loss or
 * refused</td></tr>
 * <tr><td>Turn of SYSTEM</td><td>role system where the destination takes SYSTEM_TURNS, else user text, a loss of its
 * role</td><td>role {@code developer} (system for compatible servers)</td><td>role {@code developer}</td><td>user text, a loss of
 * its role</td></tr>
 * <tr><td>cache hints</td><td>{@code cache_control}, at most 4: the last ones</td><td colspan="2">{@code prompt_cache_breakpoint} on
 * input parts of newer models; else a loss</td><td>loss</td></tr>
 * </table>
 *
 * <p>Each setting's words stand at its record: {@link dev.tollgate.dialects.conversation.Request.Sampling}, {@link
 * dev.tollgate.dialects.conversation.Request.Output}, {@link dev.tollgate.dialects.conversation.Thinking}, {@link
 * dev.tollgate.dialects.conversation.ToolChoice}, {@link dev.tollgate.dialects.conversation.OutputFormat}, {@link
 * dev.tollgate.dialects.conversation.Stop}. A setting that a protocol has no word for is a loss, with these exceptions, which are
 * refused: {@code choices} above 1 where there is one; {@code previousResponseId}, {@code cachedContent}, OpenAI's {@code
 * conversation} and {@code prompt}, Anthropic's {@code thread}, because the conversation is not in the request; {@code background},
 * because the answer would be no answer; output {@code modalities} other than text. Built-in tools of OTHER ability are refused
 * too; those of a common ability are a loss where the destination lacks them, unless the tool choice demands them.
 *
 * <table>
 * <caption>Events on the wire</caption>
 * <tr><th>Event</th><th>Anthropic Messages</th><th>Chat Completions</th><th>Responses</th><th>Gemini</th></tr>
 * <tr><td>Started</td><td>{@code message_start}</td><td>first chunk, {@code delta.role}</td><td>{@code response.created}, {@code
 * response.in_progress}</td><td>first chunk</td></tr>
 * <tr><td>PartStarted</td><td>{@code content_block_start}</td><td>a delta of another kind, or of the next {@code
 * tool_calls[].index}</td><td>{@code output_item.added}, {@code content_part.added}</td><td>a part of another kind</td></tr>
 * <tr><td>TextDelta</td><td>{@code text_delta}</td><td>{@code delta.content}</td><td>{@code output_text.delta}</td><td>{@code
 * text}</td></tr>
 * <tr><td>ReasoningDelta</td><td>{@code thinking_delta}</td><td>{@code delta.reasoning_content}, {@code
 * delta.reasoning}</td><td>{@code reasoning_summary_text.delta}, {@code reasoning_text.delta}</td><td>{@code text} with {@code
 * thought}</td></tr>
 * <tr><td>RefusalDelta</td><td>{@code text_delta}</td><td>{@code delta.refusal}</td><td>{@code refusal.delta}</td><td>{@code
 * text}</td></tr>
 * <tr><td>InputDelta</td><td>{@code input_json_delta}</td><td>{@code tool_calls[].function.arguments}</td><td>{@code
 * function_call_arguments.delta}, {@code custom_tool_call_input.delta}</td><td>the whole {@code functionCall}, when the part
 * ends</td></tr>
 * <tr><td>SignatureDelta</td><td>{@code signature_delta}; for text and calls a thinking block of its own before
 * them</td><td>loss</td><td>{@code encrypted_content} of {@code output_item.done}</td><td>{@code thoughtSignature}</td></tr>
 * <tr><td>PartEnded</td><td>{@code content_block_stop}</td><td>nothing</td><td>{@code ….done}, {@code content_part.done}, {@code
 * output_item.done}</td><td>nothing</td></tr>
 * <tr><td>ChoiceEnded</td><td>{@code message_delta}, with the usage</td><td>{@code finish_reason}</td><td>within the last
 * event</td><td>{@code finishReason}</td></tr>
 * <tr><td>UsageReported</td><td>{@code message_delta}</td><td>chunk without choices, where asked for</td><td>within the last
 * event</td><td>{@code usageMetadata} of the last chunk</td></tr>
 * <tr><td>Ping</td><td>{@code ping}</td><td>comment line</td><td>comment line</td><td>a chunk without candidates</td></tr>
 * <tr><td>Failed</td><td>{@code error}</td><td>{@code error} chunk, no {@code [DONE]}</td><td>{@code error}, {@code
 * response.failed}</td><td>{@code error} chunk</td></tr>
 * <tr><td>Ended</td><td>{@code message_stop}</td><td>{@code [DONE]}</td><td>{@code response.completed}, {@code
 * .incomplete}</td><td>the chunk with the last finishReason, so a writer keeps ChoiceEnded back until Ended</td></tr>
 * </table>
 *
 * <p>Usage is {@link dev.tollgate.dialects.Usage} everywhere: each writer adds up what its own protocol's figures include.
 */
@NullMarked
package dev.tollgate.dialects.conversation;

import org.jspecify.annotations.NullMarked;
