package io.pgproxy.audit;

/** What a record has of the text of a statement. */
public enum AuditText {
    /**
     * The text that ran, as hooks have rewritten it, with {@code ?} for each constant and without comments, as
     * {@link io.pgproxy.hook.Statement#normalized} gives it. A text that could not be read is the word
     * {@code unreadable}.
     */
    NORMALIZED,
    /** The text as the client sent it, with the values and comments in it. Values of parameters are not in it. */
    ORIGINAL,
    /** Nothing. */
    NONE
}
