@NullMarked
package dev.tollgate.front;

import org.jspecify.annotations.NullMarked;
