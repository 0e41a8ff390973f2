@NullMarked
package dev.tollgate.audit;

import org.jspecify.annotations.NullMarked;
