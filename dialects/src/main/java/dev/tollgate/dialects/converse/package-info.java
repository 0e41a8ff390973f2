/**
 * Amazon Bedrock's Converse (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html">Converse</a>, <a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html">ConverseStream</a>): the way of the
 * neutral conversation to a provider and back. No client speaks it to the gate, so it has no other side.
 *
 * <p>A stream is read as server-sent events, one per message of the event stream, whose data is the union of ConverseStreamOutput:
 * {@code {"contentBlockDelta":{…}}}. An exception is {@code {"error":{"type":"throttlingException","message":"…"}}}.
 */
@NullMarked
package dev.tollgate.dialects.converse;

import org.jspecify.annotations.NullMarked;
