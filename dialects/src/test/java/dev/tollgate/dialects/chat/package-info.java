@NullMarked
package dev.tollgate.dialects.chat;

import org.jspecify.annotations.NullMarked;
