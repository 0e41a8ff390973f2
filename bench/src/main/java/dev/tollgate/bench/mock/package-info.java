/** The mock upstream: a provider that answers at once, as cheaply as can be. */
@NullMarked
package dev.tollgate.bench.mock;

import org.jspecify.annotations.NullMarked;
