/** Money held before a call and settled after it: reservations, the journal of calls in flight, settlement. */
@NullMarked
package dev.tollgate.budget;

import org.jspecify.annotations.NullMarked;
