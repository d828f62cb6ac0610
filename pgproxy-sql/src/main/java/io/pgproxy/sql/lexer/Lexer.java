package io.pgproxy.sql.lexer;

import io.pgproxy.sql.lexer.Literals.Quoting;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text as PostgreSQL's {@code scan.l} does (14 to 18; where they differ, what the older one reads otherwise is
 * a {@link LexicalProblem}), in one pass over its bytes and without garbage. Reads only: nothing is decoded or checked
 * that does not decide where a token ends, but for the encoding. One instance may be used again and again, by one
 * thread.
 */
public final class Lexer {
    private final LexerLimits limits;
    private byte[] text = {};
    private int to;
    private int at;
    private boolean plainBackslash;
    private boolean beyondAscii;
    private int nesting;
    private @Nullable LexicalProblem problem;
    private Tokens tokens = new Tokens();

    /**
     * A lexer.
     *
     * @param limits what is too complex
     */
    public Lexer(LexerLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a text.
     *
     * @param newText UTF-8, and not to be changed while the tokens are in use
     * @param standardConformingStrings the server's setting of that name: on means that a backslash in {@code '…'} is
     *     just one
     * @param into gets the tokens; when {@link Tokens#problem} is set, those in front of the problem
     */
    public void read(byte[] newText, boolean standardConformingStrings, Tokens into) {
        text = newText;
        to = newText.length;
        at = 0;
        plainBackslash = standardConformingStrings;
        beyondAscii = false;
        nesting = 0;
        problem = null;
        tokens = into;
        into.begin(newText);
        if (to > limits.maxBytes()) {
            problem = LexicalProblem.TOO_LONG;
        } else {
            readAll();
            if (beyondAscii && problem == null && !Utf8.isValid(text)) {
                problem = LexicalProblem.INVALID_UTF8;
            }
        }
        into.finish(problem == null ? to : at, problem);
    }

    private void readAll() {
        while (problem == null && at < to) {
            if (tokens.count() >= limits.maxTokens()) {
                problem = LexicalProblem.TOO_MANY_TOKENS;
                return;
            }
            byte c = text[at];
            if (CharClass.is(c, CharClass.IDENTIFIER_START)) {
                word(c);
            } else if (CharClass.is(c, CharClass.SPACE)) {
                at++;
            } else if (CharClass.is(c, CharClass.DIGIT)) {
                number();
            } else if (CharClass.is(c, CharClass.OPERATOR)) {
                operatorOrComment(c);
            } else {
                punctuation(c);
            }
        }
    }

    private byte ahead(int distance) {
        return at + distance < to ? text[at + distance] : 0;
    }

    private void word(byte first) {
        if (ahead(1) == '\'') {
            switch (first) {
                case 'e', 'E' -> {
                    string(TokenKind.ESCAPE_STRING, 2, Quoting.BACKSLASH);
                    return;
                }
                case 'b', 'B' -> {
                    string(TokenKind.BIT_STRING, 2, Quoting.NONE);
                    return;
                }
                case 'x', 'X' -> {
                    string(TokenKind.HEX_STRING, 2, Quoting.NONE);
                    return;
                }
                case 'n', 'N' -> {
                    // The scanner gives back all but the letter and says NCHAR.
                    tokens.add(Keyword.NCHAR, at, ++at);
                    return;
                }
                default -> {}
            }
        } else if (ahead(1) == '&' && (first == 'u' || first == 'U')) {
            if (ahead(2) == '\'') {
                unicodeString();
                return;
            }
            if (ahead(2) == '"') {
                quotedIdentifier(TokenKind.UNICODE_IDENTIFIER, 3);
                return;
            }
        }
        identifier();
    }

    private void identifier() {
        byte[] source = text;
        int start = at;
        int end = start;
        int hash = 0;
        int all = 0;
        while (end < to && CharClass.is(source[end], CharClass.IDENTIFIER_PART)) {
            byte c = source[end++];
            all |= c;
            hash = KeywordTable.hash(hash, c);
        }
        at = end;
        beyondAscii |= all < 0;
        Keyword keyword = end - start <= KeywordTable.LONGEST ? KeywordTable.find(source, start, end, hash) : null;
        if (keyword != null) {
            tokens.add(keyword, start, end);
        } else {
            tokens.add(TokenKind.IDENTIFIER, start, end);
        }
    }

    private void string(TokenKind kind, int prefix, Quoting quoting) {
        quoted(kind, Literals.stringEnd(text, at + prefix, to, quoting), LexicalProblem.UNTERMINATED_STRING);
    }

    private void unicodeString() {
        if (plainBackslash) {
            string(TokenKind.UNICODE_STRING, 3, Quoting.DOUBLED);
        } else {
            problem = LexicalProblem.UNSAFE_UNICODE_STRING;
        }
    }

    private void quotedIdentifier(TokenKind kind, int prefix) {
        int end = Literals.identifierEnd(text, at + prefix, to);
        if (end == at + prefix + 1) {
            problem = LexicalProblem.EMPTY_IDENTIFIER;
        } else {
            quoted(kind, end, LexicalProblem.UNTERMINATED_IDENTIFIER);
        }
    }

    private void quoted(TokenKind kind, int end, LexicalProblem unterminated) {
        if (end == Literals.NONE) {
            problem = unterminated;
            return;
        }
        int all = 0;
        for (int i = at; i < end; i++) {
            byte c = text[i];
            all |= c;
            if (c == 0) {
                at = i;
                problem = LexicalProblem.ZERO_BYTE;
                return;
            }
        }
        beyondAscii |= all < 0;
        tokens.add(kind, at, end);
        at = end;
    }

    private void number() {
        int end = Numbers.end(text, at, to);
        if (Numbers.hasJunk(text, end, to)) {
            problem = LexicalProblem.TRAILING_JUNK;
            return;
        }
        tokens.add(Numbers.isInteger(text, at, end) ? TokenKind.INTEGER : TokenKind.NUMERIC, at, end);
        at = end;
    }

    private void parameterOrDollarString() {
        if (CharClass.is(ahead(1), CharClass.DIGIT)) {
            int end = Numbers.digitsEnd(text, at + 1, to, CharClass.DIGIT);
            if (Numbers.hasJunk(text, end, to)) {
                problem = LexicalProblem.TRAILING_JUNK;
                return;
            }
            tokens.add(TokenKind.PARAMETER, at, end);
            at = end;
            return;
        }
        int tagEnd = Literals.dollarTagEnd(text, at, to);
        if (tagEnd == Literals.NONE) {
            problem = LexicalProblem.UNEXPECTED_CHARACTER;
            return;
        }
        quoted(
                TokenKind.DOLLAR_STRING,
                Literals.dollarStringEnd(text, at, tagEnd, to),
                LexicalProblem.UNTERMINATED_STRING);
    }

    private void operatorOrComment(byte c) {
        if (c == '-' && ahead(1) == '-') {
            lineComment();
        } else if (c == '/' && ahead(1) == '*') {
            blockComment();
        } else {
            int end = Operators.end(text, at, to);
            if (end - at > Names.MAX_BYTES) {
                problem = LexicalProblem.OPERATOR_TOO_LONG;
                return;
            }
            boolean arrow = end - at == 2 && c == '=' && text[at + 1] == '>';
            tokens.add(arrow ? TokenKind.EQUALS_GREATER : TokenKind.OPERATOR, at, end);
            at = end;
        }
    }

    private void lineComment() {
        int all = 0;
        while (at < to && !CharClass.is(text[at], CharClass.NEWLINE)) {
            byte c = text[at];
            if (c == 0) {
                problem = LexicalProblem.ZERO_BYTE;
                return;
            }
            all |= c;
            at++;
        }
        beyondAscii |= all < 0;
    }

    private void blockComment() {
        int depth = 0;
        int i = at;
        while (i < to) {
            byte c = text[i++];
            byte next = i < to ? text[i] : 0;
            if (c == '/' && next == '*') {
                i++;
                if (++depth > limits.maxNesting()) {
                    problem = LexicalProblem.TOO_DEEP;
                    return;
                }
            } else if (c == '*' && next == '/') {
                i++;
                if (--depth == 0) {
                    at = i;
                    return;
                }
            } else if (c == 0) {
                problem = LexicalProblem.ZERO_BYTE;
                return;
            } else if (c < 0) {
                beyondAscii = true;
            }
        }
        problem = LexicalProblem.UNTERMINATED_COMMENT;
    }

    private void punctuation(byte c) {
        switch (c) {
            case '\'' -> string(TokenKind.STRING, 1, plainBackslash ? Quoting.DOUBLED : Quoting.BACKSLASH);
            case '"' -> quotedIdentifier(TokenKind.QUOTED_IDENTIFIER, 1);
            case '$' -> parameterOrDollarString();
            case ',' -> single(TokenKind.COMMA);
            case '(' -> open(TokenKind.LEFT_PARENTHESIS);
            case ')' -> close(TokenKind.RIGHT_PARENTHESIS);
            case '[' -> open(TokenKind.LEFT_BRACKET);
            case ']' -> close(TokenKind.RIGHT_BRACKET);
            case ';' -> single(TokenKind.SEMICOLON);
            case '.' -> dot();
            case ':' -> colon();
            case 0 -> problem = LexicalProblem.ZERO_BYTE;
            default -> problem = LexicalProblem.UNEXPECTED_CHARACTER;
        }
    }

    private void dot() {
        if (CharClass.is(ahead(1), CharClass.DIGIT)) {
            number();
        } else if (ahead(1) == '.') {
            pair(TokenKind.DOT_DOT);
        } else {
            single(TokenKind.DOT);
        }
    }

    private void colon() {
        if (ahead(1) == ':') {
            pair(TokenKind.TYPECAST);
        } else if (ahead(1) == '=') {
            pair(TokenKind.COLON_EQUALS);
        } else {
            single(TokenKind.COLON);
        }
    }

    private void open(TokenKind kind) {
        if (++nesting > limits.maxNesting()) {
            problem = LexicalProblem.TOO_DEEP;
        } else {
            single(kind);
        }
    }

    private void close(TokenKind kind) {
        nesting--;
        single(kind);
    }

    private void single(TokenKind kind) {
        tokens.add(kind, at, ++at);
    }

    private void pair(TokenKind kind) {
        tokens.add(kind, at, at + 2);
        at += 2;
    }
}
