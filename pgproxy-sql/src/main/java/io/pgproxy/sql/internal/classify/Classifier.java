package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.lexer.LexicalProblem;
import io.pgproxy.sql.lexer.Tokens;

/** Tells what a statement does from its tokens. Without state, so that one is enough. */
public final class Classifier {
    /** A classifier. */
    public Classifier() {}

    /**
     * Classifies one statement.
     *
     * @param tokens the tokens of a text
     * @param from the statement's first token
     * @param to the token behind its last; a semicolon that ends it is left out
     */
    public Facts classify(Tokens tokens, int from, int to) {
        LexicalProblem problem = tokens.problem();
        if (problem != null) {
            return Facts.unreadable(problem);
        }
        return from == to ? Facts.empty() : Facts.unknown();
    }
}
