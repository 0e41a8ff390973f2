/** The pages on which people come in, sign in, and look after how they do. */
@NullMarked
package dev.tollgate.console;

import org.jspecify.annotations.NullMarked;
