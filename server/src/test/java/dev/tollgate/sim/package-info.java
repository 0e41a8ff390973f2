@NullMarked
package dev.tollgate.sim;

import org.jspecify.annotations.NullMarked;
