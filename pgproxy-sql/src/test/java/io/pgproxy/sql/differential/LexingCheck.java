package io.pgproxy.sql.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.LexicalProblem;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.io.IOException;
import java.util.Optional;

/** Whether our lexer and a server's scanner cut a text at the same places, as far as the server lets that be seen. */
final class LexingCheck {

    /** Begins no token, so that the server names its position wherever it is not within a constant or comment. */
    private static final String STRANGER = "{";

    private final RawParser server;
    private final boolean standardConformingStrings;
    private final Lexer lexer = new Lexer(LexerLimits.DEFAULT);
    private final Tokens tokens = new Tokens();

    LexingCheck(RawParser server, boolean standardConformingStrings) {
        this.server = server;
        this.standardConformingStrings = standardConformingStrings;
    }

    /** What is wrong, if anything is. */
    Optional<String> compare(String text, ParserAnswer answer) {
        LexicalProblem problem = read(text);
        if (!answer.isRefused()) {
            return problem == null || problem.isTooComplex() || isReadByVersion14(problem)
                    ? Optional.empty()
                    : Optional.of("we see " + problem);
        }
        if (answer.isLexical()) {
            return problem == null && !isNewNumber(answer) ? Optional.of("we see no problem") : Optional.empty();
        }
        // Before 17 a vertical tab begins nothing; to us it is a blank, and the server's refusal does no harm.
        boolean verticalTab = answer.message().endsWith("\"\u000b\"");
        if (!answer.message().startsWith("syntax error")
                || verticalTab
                || beginsToken(offset(text, answer.position()), problem)) {
            return Optional.empty();
        }
        return Optional.of("we begin no token there");
    }

    /** The same for a text with something foreign put in: one that the server takes without it. */
    Optional<String> compareWithStranger(String accepted, int at) throws IOException {
        String text = Mutator.inserted(accepted, at, STRANGER);
        ParserAnswer answer = server.ask(text);
        int seen = answer.position() == 0 ? Integer.MAX_VALUE : offset(text, answer.position());
        int put = text.substring(0, at).getBytes(UTF_8).length;
        LexicalProblem problem = read(text);
        if (problem != null && isReadByVersion14(problem)) {
            return Optional.empty();
        }
        boolean weStumble = problem == LexicalProblem.UNEXPECTED_CHARACTER && tokens.start(tokens.count()) == put;
        boolean itStumbles = seen == put && answer.message().endsWith("at or near \"{\"");
        if (weStumble == itStumbles || seen < put) {
            return Optional.empty();
        }
        return Optional.of("the stranger at " + at + (weStumble ? " is one to us: " : " is none to us: ") + answer);
    }

    private LexicalProblem read(String text) {
        lexer.read(text.getBytes(UTF_8), standardConformingStrings, tokens);
        return tokens.problem();
    }

    private boolean beginsToken(int offset, LexicalProblem problem) {
        for (int i = 0; i <= tokens.count(); i++) {
            if (tokens.start(i) == offset) {
                return true;
            }
        }
        // Behind a problem we know nothing.
        return (problem != null && offset > tokens.start(tokens.count())) || isInNewNumber(offset);
    }

    private boolean isReadByVersion14(LexicalProblem problem) {
        return server.version() == 14 && problem == LexicalProblem.TRAILING_JUNK;
    }

    /**
     * From 16 on numbers may have underscores and bases, and in its first releases parameters, too. What the others
     * refuse of these does no harm: no keyword is within.
     */
    private boolean isNewNumber(ParserAnswer answer) {
        return answer.message().startsWith("trailing junk after parameter")
                || (server.version() < 16 && answer.message().startsWith("trailing junk"));
    }

    /** What is one number from 16 on is a number and a label to 14: {@code 0x5} is {@code 0 AS x5}. */
    private boolean isInNewNumber(int offset) {
        for (int i = 0; i < tokens.count() && tokens.start(i) < offset; i++) {
            if (server.version() < 16 && offset < tokens.end(i)) {
                return tokens.is(i, TokenKind.INTEGER) || tokens.is(i, TokenKind.NUMERIC);
            }
        }
        return false;
    }

    private static int offset(String text, int position) {
        int end = text.offsetByCodePoints(0, Math.min(position - 1, text.codePointCount(0, text.length())));
        return text.substring(0, end).getBytes(UTF_8).length;
    }
}
