@NullMarked
package dev.tollgate.cache;

import org.jspecify.annotations.NullMarked;
