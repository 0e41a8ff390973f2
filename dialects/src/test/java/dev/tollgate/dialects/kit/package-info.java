/** What the tests of several packages share. */
@NullMarked
package dev.tollgate.dialects.kit;

import org.jspecify.annotations.NullMarked;
