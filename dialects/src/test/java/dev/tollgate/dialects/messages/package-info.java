@NullMarked
package dev.tollgate.dialects.messages;

import org.jspecify.annotations.NullMarked;
