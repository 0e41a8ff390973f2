/**
 * The contracts of conversion: what a protocol must bring ({@link dev.tollgate.dialects.codec.Codec}) so that every other can talk to
 * it, how what gets lost is told, and what all codecs share.
 */
@NullMarked
package dev.tollgate.dialects.codec;

import org.jspecify.annotations.NullMarked;
