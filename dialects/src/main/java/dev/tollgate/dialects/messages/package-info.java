/**
 * Anthropic's Messages (<a href="https://platform.claude.com/docs/en/api/messages">API</a>, <a
 * href="https://platform.claude.com/docs/en/build-with-claude/streaming">streaming</a>): its way into and out of the neutral
 * conversation.
 */
@NullMarked
package dev.tollgate.dialects.messages;

import org.jspecify.annotations.NullMarked;
