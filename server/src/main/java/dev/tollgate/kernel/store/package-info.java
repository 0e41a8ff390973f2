/** The store: one writer that commits in groups, readers beside it, migrations. The SQL itself stays with its owners. */
@NullMarked
package dev.tollgate.kernel.store;

import org.jspecify.annotations.NullMarked;
