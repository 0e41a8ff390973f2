/**
 * The wire formats of model providers: what a request asks for, what an answer has used, how each vendor words errors and
 * lists. Bytes in, values out: no engine, no I/O, no state beyond one answer.
 *
 * <p>The ways in are {@link RequestInspector} (a request's few interesting fields), {@link Splices} (edits in place),
 * {@link AnswerReader} and {@link StreamReader} (usage out of answers), {@link ErrorBodies} and {@link ModelLists}.
 */
@NullMarked
package dev.tollgate.dialects;

import org.jspecify.annotations.NullMarked;
