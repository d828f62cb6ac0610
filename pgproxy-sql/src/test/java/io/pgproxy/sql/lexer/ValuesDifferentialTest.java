package io.pgproxy.sql.lexer;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server gives back constants and names with the values that we say they have. */
@WithPostgres
class ValuesDifferentialTest {
    private static final int TEXTS = Integer.getInteger("pgproxy.fuzz.rounds", 3_000);
    private static final int BATCH = 100;

    private static final List<String> PIECES = List.of(
            "a",
            "Z",
            "0",
            "7",
            "9",
            "f",
            "é",
            "É",
            "\u00a0",
            "\ud83d\ude00",
            "''",
            "\"\"",
            "$",
            "!",
            "+",
            " ",
            "\n",
            "x",
            "u",
            "U",
            "b",
            "n",
            "\\",
            "\\\\",
            "\\'",
            "\\n",
            "\\t",
            "\\1",
            "\\303\\251",
            "\\x41",
            "\\xc3\\xa9",
            "\\xE9",
            "\\u0041",
            "\\uD83D\\uDE00",
            "\\uD83D",
            "\\U0001F600",
            "\\0061",
            "\\+01F600",
            "\\D83D\\DE00",
            "\\D83D",
            "!0061",
            "!!",
            "!+000061",
            "\\0000",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    private static final List<String> ESCAPES = List.of(
            "",
            "",
            " UESCAPE '!'",
            " uescape E'\\x21'",
            " UESCAPE $$!$$",
            " UESCAPE 'a'",
            " UESCAPE '!'\n''",
            " UESCAPE '\\!'",
            " UESCAPE ''''",
            " UESCAPE ' '",
            " UESCAPE U&'!'",
            " UESCAPE ''");

    private final TestDatabase database;

    ValuesDifferentialTest(TestDatabase database) {
        this.database = database;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stringsHaveTheSameValues(boolean standardConformingStrings) throws IOException {
        Random random = new Random(6);
        List<String> constants = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            constants.add(constant(random));
        }

        int known = compare(constants, "SELECT ", standardConformingStrings, false);

        assertThat(known).isGreaterThan(TEXTS / 4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesAreTheSame(boolean standardConformingStrings) throws IOException {
        Random random = new Random(7);
        List<String> names = new ArrayList<>();
        for (Keyword keyword : Keyword.values()) {
            names.add(keyword.name());
        }
        for (int i = 0; i < TEXTS; i++) {
            names.add(name(random));
        }

        int known = compare(names, "SELECT 1 AS ", standardConformingStrings, true);

        assertThat(known).isGreaterThan(TEXTS / 4);
    }

    private int compare(List<String> texts, String prefix, boolean standardConformingStrings, boolean names)
            throws IOException {
        int known = 0;
        Tokens tokens = new Tokens();
        Lexer lexer = new Lexer(LexerLimits.DEFAULT);
        try (ScriptedClient client = ScriptedClient.connect(database.host(), database.port())) {
            client.login(database.user(), database.password(), database.name());
            client.send(query("SET log_min_messages = panic; SET escape_string_warning = off;"
                    + " SET client_min_messages = error; SET standard_conforming_strings = "
                    + (standardConformingStrings ? "on" : "off")));
            client.expect("(S*C){4}S*Z");
            for (int from = 0; from < texts.size(); from += BATCH) {
                List<String> batch = texts.subList(from, Math.min(from + BATCH, texts.size()));
                ByteArrayOutputStream queries = new ByteArrayOutputStream();
                batch.forEach(text -> queries.writeBytes(query(prefix + text)));
                client.send(queries.toByteArray());
                for (String text : batch) {
                    List<WireMessage> answer = client.readUntilReady();
                    lexer.read(text.getBytes(UTF_8), standardConformingStrings, tokens);
                    if (!isOne(tokens)) {
                        continue;
                    }
                    String ours = names ? Names.name(tokens, 0) : Constants.string(tokens, 0);
                    String theirs = WireMessage.tags(answer).startsWith("TDC") ? value(answer, names) : null;
                    assertThat(ours).as("%s: %s", text, answer).isEqualTo(theirs);
                    known += ours == null ? 0 : 1;
                }
            }
        }
        return known;
    }

    /** Whether the text is one constant or name, with the words for its escape character. */
    private static boolean isOne(Tokens tokens) {
        boolean escapes = tokens.count() > 1 && tokens.is(1, Keyword.UESCAPE);
        return tokens.problem() == null && tokens.count() == (escapes ? 3 : 1);
    }

    private static String value(List<WireMessage> answer, boolean names) {
        if (!names) {
            return Objects.requireNonNull(answer.get(1).values().get(0));
        }
        byte[] columns = answer.get(0).body();
        int end = Short.BYTES;
        while (columns[end] != 0) {
            end++;
        }
        return new String(columns, Short.BYTES, end - Short.BYTES, UTF_8);
    }

    private static String constant(Random random) {
        String body = body(random);
        return switch (random.nextInt(5)) {
            case 0 -> "'" + body + "'";
            case 1 -> "E'" + body + "'";
            case 2 -> "U&'" + body + "'" + any(random, ESCAPES);
            case 3 -> "$a$" + body + "$a$";
            default -> "E'" + body + "' --'\n '" + body(random) + "'";
        };
    }

    private static String name(Random random) {
        String body = body(random);
        return switch (random.nextInt(4)) {
            case 0 -> body.replaceAll("[^\\p{L}0-9$\u00a0]", "_");
            case 1 -> "\"" + body + "\"";
            default -> "U&\"" + body + "\"" + any(random, ESCAPES);
        };
    }

    private static String body(Random random) {
        StringBuilder body = new StringBuilder();
        for (int count = random.nextInt(5); count > 0; count--) {
            body.append(any(random, PIECES));
        }
        return body.toString();
    }

    private static String any(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
