/** Candidates in order, and the health of what has been tried: cool-downs, quarantine, circuits. */
@NullMarked
package dev.tollgate.routing;

import org.jspecify.annotations.NullMarked;
