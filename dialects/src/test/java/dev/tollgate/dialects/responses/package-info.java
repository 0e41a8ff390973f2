@NullMarked
package dev.tollgate.dialects.responses;

import org.jspecify.annotations.NullMarked;
