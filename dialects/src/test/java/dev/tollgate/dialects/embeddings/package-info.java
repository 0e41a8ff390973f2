@NullMarked
package dev.tollgate.dialects.embeddings;

import org.jspecify.annotations.NullMarked;
