@NullMarked
package dev.tollgate.dialects.tokens;

import org.jspecify.annotations.NullMarked;
