package io.pgproxy.sql.structure;

import io.pgproxy.sql.SqlText;

/** What became of a rewrite: a text that differs from the original in the spliced places only, or a refusal. */
public sealed interface Rewrite {
    /**
     * The new text.
     *
     * @param text the original with all splices
     */
    record Rewritten(SqlText text) implements Rewrite {}

    /**
     * Nothing was written; the original must not be sent in its place.
     *
     * @param problem why
     * @param splice the index of the splice that is to blame, or -1
     */
    record Refused(Problem problem, int splice) implements Rewrite {}

    /** Why a rewrite is refused. */
    enum Problem {
        /** The original has a lexical problem. */
        UNREADABLE_ORIGINAL,
        /** A splice lies outside of the text. */
        OUTSIDE,
        /** Splices overlap, or two of them put something in at the same place. */
        OVERLAPPING,
        /** A splice begins or ends within a token. */
        WITHIN_TOKEN,
        /** What is spliced in has a lexical problem: a quote, comment or dollar quote without end, a bad character. */
        UNREADABLE_SPLICE,
        /** What is spliced in, or what goes, has a parenthesis or bracket without its partner. */
        UNBALANCED,
        /** What is spliced in or goes has a semicolon, so that the statements would not be the same. */
        SEMICOLON,
        /** A token at the edge of a splice would become another one, or a comment. */
        TOKENS_CHANGED
    }
}
