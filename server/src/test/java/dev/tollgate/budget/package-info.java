@NullMarked
package dev.tollgate.budget;

import org.jspecify.annotations.NullMarked;
