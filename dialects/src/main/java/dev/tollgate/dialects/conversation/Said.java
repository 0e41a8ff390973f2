package dev.tollgate.dialects.conversation;

/** A setting, with the place where the client said it, so that a writer which cannot express it can name it in the client's words. */
public record Said<T>(Path at, T value) {}
