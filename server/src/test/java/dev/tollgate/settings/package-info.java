@NullMarked
package dev.tollgate.settings;

import org.jspecify.annotations.NullMarked;
