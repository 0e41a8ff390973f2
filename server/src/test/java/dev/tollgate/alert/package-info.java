@NullMarked
package dev.tollgate.alert;

import org.jspecify.annotations.NullMarked;
