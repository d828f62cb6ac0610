package io.pgproxy.sql.catalog;

/** What a {@link FunctionPolicy} says about a call. */
public sealed interface FunctionVerdict {
    /**
     * The call is harmless, or was allowed by name.
     *
     * @param effect what it does
     */
    record Allowed(FunctionEffect effect) implements FunctionVerdict {}

    /**
     * The call must not reach the server.
     *
     * @param effect what it does
     * @param reason a sentence for whoever asks why, such as {@code pg_read_file reaches files of the server}
     */
    record Refused(FunctionEffect effect, String reason) implements FunctionVerdict {}

    /**
     * The call is one of a user's function, whose effects nobody knows. It may pass only where the server's READ ONLY
     * transaction stops what it writes; that leaves what READ ONLY does not stop to whoever made the function.
     *
     * @param reason a sentence, such as {@code public.total is a user's function}
     */
    record Unknown(String reason) implements FunctionVerdict {}
}
