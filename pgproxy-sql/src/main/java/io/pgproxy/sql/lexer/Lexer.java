package io.pgproxy.sql.lexer;

import io.pgproxy.sql.lexer.Literals.Quoting;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text as PostgreSQL's {@code scan.l} does, in one pass over its bytes and without garbage. Finds where tokens
 * begin and end, no more: nothing is decoded, and what the server refuses although it found the token's end is not
 * refused here (a bad escape in {@code E'\xFF'}, a letter in {@code B'2'}, a parameter with a number too large).
 *
 * <p>The servers differ in numbers only (and from 17 on take a vertical tab for a blank, which earlier ones refuse).
 * {@code 0x1F}, {@code 0o17}, {@code 0b101} and {@code 1_000} are numbers from 16 on. 15 refuses them, 14 reads them as
 * a number and the name behind it, which is the label of a column wherever its grammar allows that at all. A lexer that
 * knows no version takes them for numbers. Other differences are a {@link LexicalProblem}.
 *
 * <p>The text must be what the server reads, in UTF-8: with another {@code client_encoding} the bytes of one character
 * may look like quotes and backslashes.
 *
 * <p>One instance may be used again and again, by one thread.
 */
@SuppressWarnings("EnumOrdinal") // tokens are kept by ordinal, within one run
public final class Lexer {
    private static final int NCHAR = Keyword.NCHAR.ordinal();

    private static final int FIRST_WITH_PREFIXED_NUMBERS = 16;

    private final LexerLimits limits;
    private final boolean prefixedNumbers;
    private byte[] text = {};
    private int to;
    private boolean plainBackslash;
    private int nesting;
    private @Nullable LexicalProblem problem;
    private Tokens tokens = new Tokens();

    /**
     * A lexer for servers of any version.
     *
     * @param limits what is too complex
     */
    public Lexer(LexerLimits limits) {
        this(limits, FIRST_WITH_PREFIXED_NUMBERS);
    }

    /**
     * A lexer for servers that are known. Below 16 numbers with letters for their base or with underscores are
     * {@link LexicalProblem#TRAILING_JUNK}.
     *
     * @param limits what is too complex
     * @param oldestVersion the lowest major version of PostgreSQL that gets the texts, such as 15
     */
    public Lexer(LexerLimits limits, int oldestVersion) {
        this.limits = limits;
        this.prefixedNumbers = oldestVersion >= FIRST_WITH_PREFIXED_NUMBERS;
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
        plainBackslash = standardConformingStrings;
        nesting = 0;
        tokens = into;
        into.begin(newText, standardConformingStrings);
        problem = to > limits.maxBytes() ? LexicalProblem.TOO_LONG : Encoding.problem(newText);
        int end = readAll();
        into.finish(end, problem);
    }

    /**
     * Each of the methods below reads what begins at an offset and gives the one behind it, or the same at a problem.
     */
    private int readAll() {
        int at = 0;
        while (at < to && problem == null) {
            byte c = text[at];
            if (CharClass.is(c, CharClass.IDENTIFIER_START)) {
                at = word(at);
            } else if (CharClass.is(c, CharClass.SPACE)) {
                at++;
            } else if (CharClass.is(c, CharClass.DIGIT)) {
                at = number(at);
            } else if (CharClass.is(c, CharClass.OPERATOR)) {
                at = operatorOrComment(at);
            } else {
                at = punctuation(at);
            }
        }
        return at;
    }

    private int add(TokenKind kind, int start, int end) {
        if (tokens.count() == limits.maxTokens()) {
            return refuse(LexicalProblem.TOO_MANY_TOKENS, start);
        }
        tokens.add(kind, start, end);
        return end;
    }

    private int addKeyword(int ordinal, int start, int end) {
        if (tokens.count() == limits.maxTokens()) {
            return refuse(LexicalProblem.TOO_MANY_TOKENS, start);
        }
        tokens.addKeyword(ordinal, start, end);
        return end;
    }

    private int refuse(LexicalProblem why, int at) {
        problem = why;
        return at;
    }

    private byte at(int offset) {
        return offset < to ? text[offset] : 0;
    }

    private int word(int start) {
        long letters = WordScan.shortWord(text, start);
        if (letters == WordScan.LONG_OR_LAST) {
            return anyWord(start);
        }
        int end = start + WordScan.length(letters);
        if (end - start == 1 && (text[end] == '\'' || text[end] == '&')) {
            return shortWord(start);
        }
        return word(KeywordTable.find(letters), start, end);
    }

    /** One of more than seven letters, or at the end of the text. */
    private int anyWord(int start) {
        int end = WordScan.end(text, start);
        if (end - start == 1 && end < to && (text[end] == '\'' || text[end] == '&')) {
            return shortWord(start);
        }
        return plainWord(start, end);
    }

    private int plainWord(int start, int end) {
        return word(KeywordTable.find(text, start, end), start, end);
    }

    private int word(int keyword, int start, int end) {
        return keyword == KeywordTable.NONE ? add(TokenKind.IDENTIFIER, start, end) : addKeyword(keyword, start, end);
    }

    /** One letter that may be the prefix of something in quotes. */
    private int shortWord(int start) {
        char letter = (char) (text[start] | 0x20);
        if (at(start + 1) == '\'') {
            return switch (letter) {
                case 'e' -> string(TokenKind.ESCAPE_STRING, start, 2, Quoting.BACKSLASH);
                case 'b' -> string(TokenKind.BIT_STRING, start, 2, Quoting.NONE);
                case 'x' -> string(TokenKind.HEX_STRING, start, 2, Quoting.NONE);
                // The scanner gives back all but the letter and says NCHAR.
                case 'n' -> addKeyword(NCHAR, start, start + 1);
                default -> plainWord(start, start + 1);
            };
        }
        if (letter == 'u' && at(start + 2) == '\'') {
            return unicodeString(start);
        }
        if (letter == 'u' && at(start + 2) == '"') {
            return quotedIdentifier(TokenKind.UNICODE_IDENTIFIER, start, 3);
        }
        return plainWord(start, start + 1);
    }

    private int string(TokenKind kind, int start, int prefix, Quoting quoting) {
        int end = Literals.stringEnd(text, start + prefix, to, quoting);
        return quoted(kind, start, end, LexicalProblem.UNTERMINATED_STRING);
    }

    private int unicodeString(int start) {
        return plainBackslash
                ? string(TokenKind.UNICODE_STRING, start, 3, Quoting.DOUBLED)
                : refuse(LexicalProblem.UNSAFE_UNICODE_STRING, start);
    }

    private int quotedIdentifier(TokenKind kind, int start, int prefix) {
        int end = Literals.identifierEnd(text, start + prefix, to);
        return end == start + prefix + 1
                ? refuse(LexicalProblem.EMPTY_IDENTIFIER, start)
                : quoted(kind, start, end, LexicalProblem.UNTERMINATED_IDENTIFIER);
    }

    private int quoted(TokenKind kind, int start, int end, LexicalProblem unterminated) {
        return end == Literals.NONE ? refuse(unterminated, start) : add(kind, start, end);
    }

    private int number(int start) {
        int end = CharClass.end(text, start, to, CharClass.DIGIT);
        return at(end) == '.' || CharClass.is(at(end), CharClass.IDENTIFIER_START)
                ? longNumber(start)
                : add(TokenKind.INTEGER, start, end);
    }

    /** Anything that is not just digits. */
    private int longNumber(int start) {
        int end = Numbers.end(text, start, to, prefixedNumbers);
        if (end == Numbers.JUNK) {
            return refuse(LexicalProblem.TRAILING_JUNK, start);
        }
        return add(Numbers.isInteger(text, start, end) ? TokenKind.INTEGER : TokenKind.NUMERIC, start, end);
    }

    private int parameterOrDollarString(int start) {
        if (CharClass.is(at(start + 1), CharClass.DIGIT)) {
            return parameter(start);
        }
        int tagEnd = Literals.dollarTagEnd(text, start, to);
        if (tagEnd == Literals.NONE) {
            return refuse(LexicalProblem.UNEXPECTED_CHARACTER, start);
        }
        int end = Literals.dollarStringEnd(text, start, tagEnd, to);
        return quoted(TokenKind.DOLLAR_STRING, start, end, LexicalProblem.UNTERMINATED_STRING);
    }

    private int parameter(int start) {
        int end = Numbers.parameterEnd(text, start, to, prefixedNumbers);
        return end == Numbers.JUNK ? refuse(LexicalProblem.TRAILING_JUNK, start) : add(TokenKind.PARAMETER, start, end);
    }

    private int operatorOrComment(int start) {
        if (!Comments.beginsAt(text, start, to)) {
            return operators(start);
        }
        return text[start] == '-' ? Comments.lineEnd(text, start, to) : blockComment(start);
    }

    private int blockComment(int start) {
        int end = Comments.blockEnd(text, start, to, limits.maxNesting());
        return switch (end) {
            case Comments.NONE -> refuse(LexicalProblem.UNTERMINATED_COMMENT, start);
            case Comments.TOO_DEEP -> refuse(LexicalProblem.TOO_DEEP, start);
            default -> end;
        };
    }

    private int operators(int start) {
        int runEnd = Operators.runEnd(text, start, to);
        int end = Operators.end(text, start, runEnd);
        if (end - start > Names.MAX_BYTES) {
            return refuse(LexicalProblem.OPERATOR_TOO_LONG, start);
        }
        boolean arrow = end - start == 2 && text[start] == '=' && text[start + 1] == '>';
        int at = add(arrow ? TokenKind.EQUALS_GREATER : TokenKind.OPERATOR, start, end);
        while (at < runEnd && problem == null) {
            at = add(TokenKind.OPERATOR, at, at + 1);
        }
        return at;
    }

    private int punctuation(int start) {
        return switch (text[start]) {
            case '\'' -> string(TokenKind.STRING, start, 1, plainBackslash ? Quoting.DOUBLED : Quoting.BACKSLASH);
            case '"' -> quotedIdentifier(TokenKind.QUOTED_IDENTIFIER, start, 1);
            case '$' -> parameterOrDollarString(start);
            case ',' -> add(TokenKind.COMMA, start, start + 1);
            case '(' -> open(TokenKind.LEFT_PARENTHESIS, start);
            case ')' -> close(TokenKind.RIGHT_PARENTHESIS, start);
            case '[' -> open(TokenKind.LEFT_BRACKET, start);
            case ']' -> close(TokenKind.RIGHT_BRACKET, start);
            case ';' -> add(TokenKind.SEMICOLON, start, start + 1);
            case '.' -> dot(start);
            case ':' -> colon(start);
            default -> refuse(LexicalProblem.UNEXPECTED_CHARACTER, start);
        };
    }

    private int dot(int start) {
        byte next = at(start + 1);
        if (next == '.') {
            return add(TokenKind.DOT_DOT, start, start + 2);
        }
        return CharClass.is(next, CharClass.DIGIT) ? longNumber(start) : add(TokenKind.DOT, start, start + 1);
    }

    private int colon(int start) {
        return switch (at(start + 1)) {
            case ':' -> add(TokenKind.TYPECAST, start, start + 2);
            case '=' -> add(TokenKind.COLON_EQUALS, start, start + 2);
            default -> add(TokenKind.COLON, start, start + 1);
        };
    }

    private int open(TokenKind kind, int start) {
        if (nesting == limits.maxNesting()) {
            return refuse(LexicalProblem.TOO_DEEP, start);
        }
        nesting++;
        return add(kind, start, start + 1);
    }

    /** What closes without having been opened must not make room for more to be opened. */
    private int close(TokenKind kind, int start) {
        nesting = Math.max(0, nesting - 1);
        return add(kind, start, start + 1);
    }
}
