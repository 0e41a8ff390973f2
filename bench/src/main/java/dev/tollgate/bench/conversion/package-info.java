/** What rewriting for another protocol costs by itself, without a network: JMH. */
@NullMarked
package dev.tollgate.bench.conversion;

import org.jspecify.annotations.NullMarked;
