@NullMarked
package dev.tollgate.dialects;

import org.jspecify.annotations.NullMarked;
