/** The bench: what the gate costs, measured from outside and beside nginx in the same run. */
@NullMarked
package dev.tollgate.bench;

import org.jspecify.annotations.NullMarked;
