@NullMarked
package dev.tollgate.dialects.converse;

import org.jspecify.annotations.NullMarked;
