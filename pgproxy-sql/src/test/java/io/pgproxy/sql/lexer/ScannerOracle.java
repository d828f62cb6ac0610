package io.pgproxy.sql.lexer;

import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server where it sees each token. Behind {@code ABORT AND} the grammar takes {@code CHAIN} and {@code NO} only,
 * so the first token of whatever follows is a syntax error, whose message has the token and its place. A text without
 * its first tokens is read from there as the whole is, so each token costs one question, and nothing is executed.
 */
final class ScannerOracle {
    private static final int LARGEST_BATCH = 1 << 15;
    private static final String PREFIX = "ABORT AND ";
    private static final String PREFIX_OF_CHAIN_AND_NO = "CLOSE ALL ";
    private static final Set<String> CHAIN_AND_NO = Set.of("chain", "no");
    /** The parser looks at the token behind these before it refuses them. */
    private static final Set<Keyword> LOOKING_AHEAD =
            Set.of(Keyword.NOT, Keyword.NULLS, Keyword.WITH, Keyword.WITHOUT, Keyword.FORMAT);

    private static final Pattern UNTERMINATED =
            Pattern.compile("(?s)unterminated (quoted string|dollar-quoted string|(bit|hexadecimal) string literal).*");
    private static final Pattern NEAR = Pattern.compile("syntax error at or near \"(.*)\"", Pattern.DOTALL);
    private static final Pattern BAD_VALUE =
            Pattern.compile("(?s)invalid Unicode .*|UESCAPE must be .*|unsafe use of \\\\' .*|invalid byte sequence .*"
                    + "|parameter number too large.*|trailing junk after parameter.*");

    /**
     * What is junk to us in all versions and two tokens to one of them, the second of which no grammar allows there.
     */
    private static final Pattern CAUTION = Pattern.compile("(?s)(?:"
            + "[0-9.][0-9a-zA-Z_.]*(?:[eE][+-])?[0-9a-zA-Z_.]*\\$"
            + "|\\$[0-9]+_|0[oO][0-7_]*[89]|0[bB][01_]*[2-9]|[0-9a-zA-Z_.]+\\.\\.).*");

    private record Question(String text, Tokens tokens, int token, String prefix, int from) {}

    private final ScriptedClient client;
    private final int version;
    private final boolean standardConformingStrings;
    private final Lexer lexer;
    private final List<Question> asked = new ArrayList<>();
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
    private int answers;

    ScannerOracle(ScriptedClient client, int version, boolean standardConformingStrings) {
        this.client = client;
        this.version = version;
        this.standardConformingStrings = standardConformingStrings;
        this.lexer = new Lexer(LexerLimits.DEFAULT, version);
    }

    /** How many questions have been answered as expected. */
    int answers() {
        return answers;
    }

    /** Compares all tokens of a text; maybe later, together with those of others. */
    void compare(String text) throws IOException {
        Tokens tokens = new Tokens();
        lexer.read(text.getBytes(StandardCharsets.UTF_8), standardConformingStrings, tokens);
        for (int token = 0; token <= tokens.count(); token++) {
            ask(text, tokens, token);
        }
    }

    private void ask(String text, Tokens tokens, int token) throws IOException {
        int from = token == 0 ? 0 : tokens.end(token - 1);
        byte[] bytes = tokens.text();
        String prefix =
                CHAIN_AND_NO.contains(word(tokens, token).toLowerCase(Locale.ROOT)) ? PREFIX_OF_CHAIN_AND_NO : PREFIX;
        asked.add(new Question(text, tokens, token, prefix, from));
        batch.writeBytes(parse("", prefix + new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)));
        batch.writeBytes(sync());
        if (batch.size() > LARGEST_BATCH) {
            finish();
        }
    }

    /** Waits for what has not been answered yet. */
    void finish() throws IOException {
        client.send(batch.toByteArray());
        batch.reset();
        for (Question question : asked) {
            List<WireMessage> answer = client.readUntilReady();
            WireMessage error = firstButNotices(answer);
            String difference = difference(question, error);
            if (difference != null) {
                throw new AssertionError(difference + "\n in " + shown(question.text) + "\n at " + question.token + ": "
                        + shown(word(question.tokens, question.token)) + " of " + question.tokens.problem() + "\n but "
                        + error + " at " + (error.tag() == 'E' ? error.field('P') : ""));
            }
            answers++;
        }
        asked.clear();
    }

    /** Names are cut with a notice. */
    private static WireMessage firstButNotices(List<WireMessage> answer) {
        return answer.stream()
                .filter(message -> message.tag() != 'N')
                .findFirst()
                .orElseThrow();
    }

    private @Nullable String difference(Question question, WireMessage error) {
        if (error.tag() != 'E') {
            return "no error";
        }
        String message = Objects.requireNonNull(error.text());
        Tokens tokens = question.tokens;
        int token = question.token;
        if (token == tokens.count() && tokens.problem() != null) {
            return isProblem(tokens.problem(), question, error);
        }
        if (isBadValue(tokens, token, message)) {
            return null;
        }
        if (looksAhead(tokens, token) && !message.startsWith("syntax error")) {
            return null;
        }
        if (token == tokens.count()) {
            return message.equals("syntax error at end of input") ? null : "no end";
        }
        var near = NEAR.matcher(message);
        if (!near.matches()) {
            return "no token";
        }
        if (!near.group(1).equals(word(tokens, token))) {
            return "another token";
        }
        return place(question, error);
    }

    private static @Nullable String place(Question question, WireMessage error) {
        byte[] bytes = question.tokens.text();
        int start = question.tokens.start(question.token);
        String before =
                question.prefix + new String(bytes, question.from, start - question.from, StandardCharsets.UTF_8);
        int position = before.codePointCount(0, before.length()) + 1;
        return String.valueOf(position).equals(error.field('P')) ? null : "another place";
    }

    /** A token that the server finds where we do, and refuses for what is in it: then it has no value for us either. */
    private static boolean isBadValue(Tokens tokens, int token, String message) {
        if (!BAD_VALUE.matcher(message).matches()) {
            return false;
        }
        return switch (tokens.kind(token)) {
            case PARAMETER -> true;
            case UNICODE_IDENTIFIER -> Names.name(tokens, token) == null;
            case STRING, ESCAPE_STRING, UNICODE_STRING -> Constants.string(tokens, token) == null;
            default -> false;
        };
    }

    private static boolean looksAhead(Tokens tokens, int token) {
        Keyword keyword = tokens.keyword(token);
        return (keyword != null && LOOKING_AHEAD.contains(keyword))
                || tokens.is(token, TokenKind.UNICODE_IDENTIFIER)
                || tokens.is(token, TokenKind.UNICODE_STRING);
    }

    private @Nullable String isProblem(LexicalProblem problem, Question question, WireMessage error) {
        String message = Objects.requireNonNull(error.text());
        if (problem == LexicalProblem.UNTERMINATED_STRING
                && BAD_VALUE.matcher(message).matches()) {
            return null;
        }
        return isSame(problem, question, message) ? place(question, error) : "another problem";
    }

    private boolean isSame(LexicalProblem problem, Question question, String message) {
        return switch (problem) {
            case UNTERMINATED_STRING -> UNTERMINATED.matcher(message).matches();
            case UNTERMINATED_IDENTIFIER -> message.startsWith("unterminated quoted identifier");
            case UNTERMINATED_COMMENT -> message.startsWith("unterminated /* comment");
            case EMPTY_IDENTIFIER -> message.startsWith("zero-length delimited identifier");
            case TRAILING_JUNK -> isJunk(question, message);
            case UNSAFE_UNICODE_STRING -> message.startsWith("unsafe use of string constant with Unicode escapes");
            case OPERATOR_TOO_LONG -> message.startsWith("operator too long");
            case UNEXPECTED_CHARACTER -> message.startsWith("syntax error at or near");
            default -> false;
        };
    }

    private boolean isJunk(Question question, String message) {
        if (version == 14) {
            return message.startsWith("syntax error at or near");
        }
        if (message.matches("(?s)trailing junk after.*|invalid (hexadecimal|octal|binary) integer.*")) {
            return true;
        }
        int at = question.tokens.start(question.token);
        byte[] bytes = question.tokens.text();
        return CAUTION.matcher(new String(bytes, at, bytes.length - at, StandardCharsets.UTF_8))
                .matches();
    }

    /** The token as the server cites it: together with what names its escape character. */
    private static String word(Tokens tokens, int token) {
        int last = token;
        boolean escapes = tokens.is(token, TokenKind.UNICODE_IDENTIFIER) || tokens.is(token, TokenKind.UNICODE_STRING);
        if (escapes && tokens.is(token + 1, Keyword.UESCAPE)) {
            last = token + 2;
        }
        int start = tokens.start(token);
        return new String(tokens.text(), start, tokens.end(last) - start, StandardCharsets.UTF_8);
    }

    private static String shown(String text) {
        return "«" + text.replace("\n", "\\n").replace("\r", "\\r").replace("\f", "\\f") + "»";
    }
}
