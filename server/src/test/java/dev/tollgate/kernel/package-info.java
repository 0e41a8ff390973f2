@NullMarked
package dev.tollgate.kernel;

import org.jspecify.annotations.NullMarked;
