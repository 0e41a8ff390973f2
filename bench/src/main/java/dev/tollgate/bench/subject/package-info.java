/** What is measured: processes that the bench starts, warms, reads and ends. */
@NullMarked
package dev.tollgate.bench.subject;

import org.jspecify.annotations.NullMarked;
