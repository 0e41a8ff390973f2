/** Outbound HTTP, and the only opener of secrets on the path of a call. */
@NullMarked
package dev.tollgate.upstream;

import org.jspecify.annotations.NullMarked;
