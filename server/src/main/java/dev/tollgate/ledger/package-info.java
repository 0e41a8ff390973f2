/** The usage ledger: one row for each call, with what it was, what it used and what it cost. Never what it said. */
@NullMarked
package dev.tollgate.ledger;

import org.jspecify.annotations.NullMarked;
