/** The audit trail: append-only, hash-chained, its head sealed with a key that the database does not hold. */
@NullMarked
package dev.tollgate.audit;

import org.jspecify.annotations.NullMarked;
