/**
 * OpenAI's Chat Completions (<a href="https://platform.openai.com/docs/api-reference/chat">API reference</a>), and what the servers
 * that copied it have added: {@code reasoning_content}, {@code cache_control}, Google's {@code extra_content}.
 */
@NullMarked
package dev.tollgate.dialects.chat;

import org.jspecify.annotations.NullMarked;
