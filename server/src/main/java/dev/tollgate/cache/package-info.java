/** Answers that may be given again: in memory, under keys that tell nothing of what was asked. */
@NullMarked
package dev.tollgate.cache;

import org.jspecify.annotations.NullMarked;
