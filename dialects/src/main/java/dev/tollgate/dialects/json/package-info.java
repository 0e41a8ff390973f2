/**
 * JSON as bytes with a map: a tree whose leaves are slices of the document, and a writer that copies such slices. What is only
 * carried from one document to another, a prompt, an image, a tool's schema or its arguments, is never decoded nor encoded anew.
 */
@NullMarked
package dev.tollgate.dialects.json;

import org.jspecify.annotations.NullMarked;
