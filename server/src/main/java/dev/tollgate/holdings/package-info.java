/**
 * What callers have left at providers, batches and files: whose it is, which credential made it, and what it still owes. A
 * batch's bound is noted before the batch is sent, and stays until what it used is in the ledger.
 */
@NullMarked
package dev.tollgate.holdings;

import org.jspecify.annotations.NullMarked;
