/**
 * Google's Gemini API, <a href="https://ai.google.dev/api/generate-content">generateContent and streamGenerateContent</a>, to and
 * from the neutral conversation. {@link dev.tollgate.dialects.gemini.GeminiCodec} is the door.
 */
@NullMarked
package dev.tollgate.dialects.gemini;

import org.jspecify.annotations.NullMarked;
