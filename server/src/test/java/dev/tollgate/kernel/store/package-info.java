@NullMarked
package dev.tollgate.kernel.store;

import org.jspecify.annotations.NullMarked;
