/**
 * The simulated provider: an HTTP server that answers as Anthropic, OpenAI and Gemini do, so that the first call needs no
 * account anywhere and tests run over real HTTP. It is reached like any provider, from outside the gate's own code paths,
 * and it imports none of them: what checks the gate must not share the gate's mistakes.
 *
 * <p>It keeps counters under hashes (see {@link dev.tollgate.sim.Memory}) and nothing else; it logs nothing.
 */
@NullMarked
package dev.tollgate.sim;

import org.jspecify.annotations.NullMarked;
