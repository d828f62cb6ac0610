package io.pgproxy.cache;

import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.lexer.Constants;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the tokens of a statement tell that its structure does not: constants, operators, names behind dots, and how
 * many arguments calls have. Wherever a token may mean two things, it counts as the worse one.
 */
final class TextSigns {
    /** Maintenance and row locks change these without changing a row. */
    private static final Set<String> SYSTEM_COLUMNS = Set.of("ctid", "xmin", "xmax", "cmin", "cmax");

    /** A text that becomes one of these is looked up among definitions, other sessions' and temporary ones too. */
    private static final Set<String> LOOKED_UP = Set.of(
            "regclass",
            "regcollation",
            "regnamespace",
            "regoper",
            "regoperator",
            "regproc",
            "regprocedure",
            "regrole",
            "regtype");

    /**
     * A name behind a dot that no parenthesis follows.
     *
     * @param qualifier the name in front of the dot, or null if something else is
     */
    record Attribute(@Nullable String qualifier, String name) {}

    private final Tokens tokens = new Tokens();
    private final Set<QualifiedName> operators = new LinkedHashSet<>();
    private final List<Attribute> attributes = new ArrayList<>();
    private final Map<String, Set<Integer>> arguments = new HashMap<>();
    private @Nullable String objection;
    private boolean casts;
    private boolean values;

    private TextSigns(String sql) {
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), true, tokens);
        if (tokens.problem() != null) {
            objection = "the statement was not understood";
            return;
        }
        for (int token = 0; token < tokens.count() && objection == null; token++) {
            read(token);
        }
    }

    /** Of a statement's text, read with standard_conforming_strings on. */
    static TextSigns of(String sql) {
        return new TextSigns(sql);
    }

    private void read(int token) {
        switch (tokens.kind(token)) {
            case IDENTIFIER, KEYWORD, QUOTED_IDENTIFIER, UNICODE_IDENTIFIER -> name(token);
            case STRING, ESCAPE_STRING, UNICODE_STRING, DOLLAR_STRING -> constant(token);
            case OPERATOR -> operator(token);
            case TYPECAST -> casts = true;
            case PARAMETER -> values = true;
            default -> {
                // Numbers and punctuation tell nothing.
            }
        }
    }

    private void name(int token) {
        String name = Names.name(tokens, token);
        if (name == null) {
            objection = "a name in it was not understood";
        } else if (SYSTEM_COLUMNS.contains(name)) {
            objection = "it names the system column " + name;
        } else if (LOOKED_UP.contains(name)) {
            objection = "it may look a " + name + " up";
        } else if (name.equals("timetz") || isTimeWithZone(token)) {
            objection = "a time with time zone may have today's offset";
        } else {
            casts |= tokens.is(token, Keyword.CAST);
            if (tokens.is(token + 1, TokenKind.LEFT_PARENTHESIS)) {
                arguments.computeIfAbsent(name, same -> new TreeSet<>()).add(countArguments(token + 1));
            } else if (token > 0 && tokens.is(token - 1, TokenKind.DOT)) {
                attributes.add(new Attribute(token > 1 ? Names.name(tokens, token - 2) : null, name));
            }
        }
    }

    /** {@code TIME WITH TIME ZONE}, with a precision or without. */
    private boolean isTimeWithZone(int token) {
        if (!tokens.is(token, Keyword.TIME)) {
            return false;
        }
        int behind = token + 1;
        if (tokens.is(behind, TokenKind.LEFT_PARENTHESIS)) {
            behind += 3;
        }
        return tokens.is(behind, Keyword.WITH);
    }

    private void constant(int token) {
        values = true;
        String value = Constants.string(tokens, token);
        if (value == null) {
            objection = "a constant in it was not understood";
        } else if (TimeWords.in(value)) {
            objection = "a constant in it may stand for a time that passes";
        }
    }

    private void operator(int token) {
        String written = new String(
                tokens.text(), tokens.start(token), tokens.end(token) - tokens.start(token), StandardCharsets.US_ASCII);
        boolean qualified = token > 1 && tokens.is(token - 1, TokenKind.DOT);
        // The server's lexer makes one of the other.
        operators.add(new QualifiedName(
                qualified ? Names.name(tokens, token - 2) : null, written.equals("!=") ? "<>" : written));
    }

    /** How many arguments stand between a parenthesis and its partner. */
    private int countArguments(int open) {
        int depth = 0;
        int commas = 0;
        for (int token = open; token < tokens.count(); token++) {
            switch (tokens.kind(token)) {
                case LEFT_PARENTHESIS, LEFT_BRACKET -> depth++;
                case RIGHT_PARENTHESIS, RIGHT_BRACKET -> depth--;
                case COMMA -> commas += depth == 1 ? 1 : 0;
                default -> {
                    // Part of an argument.
                }
            }
            if (depth == 0) {
                return token == open + 1 ? 0 : commas + 1;
            }
        }
        return commas + 1;
    }

    /** Why the result must not be kept whatever the names mean, or null. */
    @Nullable
    String objection() {
        return objection;
    }

    /** Whether a cast is written out. */
    boolean casts() {
        return casts;
    }

    /** Whether there is a text or a parameter whose type may be a domain. */
    boolean hasValues() {
        return values;
    }

    /** All operators, with the schema where {@code OPERATOR(schema.+)} has one. */
    Set<QualifiedName> operators() {
        return operators;
    }

    /** The names behind dots that may be columns, relations, or calls. */
    List<Attribute> attributes() {
        return attributes;
    }

    /** With how many arguments a name is called; none if it is nowhere followed by a parenthesis. */
    Set<Integer> argumentsOf(String name) {
        return arguments.getOrDefault(name, Set.of());
    }
}
