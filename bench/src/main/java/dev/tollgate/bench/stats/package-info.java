/** What becomes of many samples: a latency histogram, medians, ratios. */
@NullMarked
package dev.tollgate.bench.stats;

import org.jspecify.annotations.NullMarked;
