@NullMarked
package dev.tollgate.dialects.conversation;

import org.jspecify.annotations.NullMarked;
