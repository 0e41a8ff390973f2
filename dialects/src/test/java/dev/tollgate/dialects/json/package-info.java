@NullMarked
package dev.tollgate.dialects.json;

import org.jspecify.annotations.NullMarked;
