@NullMarked
package dev.tollgate.dialects.codec;

import org.jspecify.annotations.NullMarked;
