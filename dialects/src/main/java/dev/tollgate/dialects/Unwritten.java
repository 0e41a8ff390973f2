package dev.tollgate.dialects;

/**
 * What a prompt may have beside the text of its request's body, so that the body's length does not bound its tokens. Told by names
 * that stand anywhere in the body, of members or as values: one that means something else there costs no more than caution.
 *
 * @param elsewhere whether a part may lie at the provider or on the web (a file by its id, a picture by its address, an earlier
 *     conversation), or be a picture or a document, of which a few bytes may be thousands of tokens
 * @param tools whether there may be tools, for which providers put instructions of their own before the prompt
 */
public record Unwritten(boolean elsewhere, boolean tools) {}
