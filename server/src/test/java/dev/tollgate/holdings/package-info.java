@NullMarked
package dev.tollgate.holdings;

import org.jspecify.annotations.NullMarked;
