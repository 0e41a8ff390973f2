/** What verifying an access token costs by itself, without a network: JMH. */
@NullMarked
package dev.tollgate.bench.tokens;

import org.jspecify.annotations.NullMarked;
