@NullMarked
package dev.tollgate.dialects.gemini;

import org.jspecify.annotations.NullMarked;
