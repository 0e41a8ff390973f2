/** The gate beside nginx and beside nothing, in turn, in the same run. */
@NullMarked
package dev.tollgate.bench.compare;

import org.jspecify.annotations.NullMarked;
