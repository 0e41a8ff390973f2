/** Who calls: virtual keys and the owner's token. */
@NullMarked
package dev.tollgate.identity;

import org.jspecify.annotations.NullMarked;
