package io.pgproxy.sql.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes statements that nobody wrote out of those that somebody did; the same ones for the same seed. */
final class Mutator {

    /** Between tokens: blanks by scan.l, what only looks like one, and comments of all forms. */
    private static final String[] GAPS = {
        "",
        " ",
        "\t",
        "\n",
        "\r",
        "\f",
        "\u000b",
        "\r\n",
        "/**/",
        "/*/**/*/",
        "/* ' */",
        "/*$a$*/",
        "--\n",
        "--\r",
        "-- '\n",
        "--;\n",
        "/*;*/",
        "\u00a0",
        "\u2028",
        "\ufeff",
        "\u0001",
        "\u001f"
    };

    /** Where one of them lands, a constant, a comment or a name may begin or end that did not. */
    private static final String[] MARKS = {
        "'", "\"", "$$", "$a$", "$é$", "\\", "/*", "*/", "--", ";", "(", ")", "E'", "e'\\'", "U&'", "U&\"", "B'", "X'",
        "N'", "\r", "\n", "''", "\"\"", "\\'", "$1", "1e", "0x", "::", ":=", "..", "@-", "+-", "é", "ſ", "ı", "🙂", "{",
        "\u0080", "_", "$"
    };

    private static final String[] PHRASES = {
        "INTO",
        "into t",
        "UPDATE",
        "update t set a = 1",
        "DELETE",
        "DELETE FROM t",
        "INSERT INTO t VALUES (1)",
        "MERGE",
        "FOR UPDATE",
        "FOR NO KEY UPDATE",
        "FOR SHARE",
        "FOR",
        "FROM",
        "KEY",
        "NO",
        "ONLY",
        "AS",
        "AS INTO",
        ".into",
        "SET",
        "SET s UPDATE t SET a = 1",
        "RETURNING *",
        "SELECT",
        "WITH",
        "VALUES (1)",
        "TABLE t",
        "UESCAPE '!'",
        "AS (",
        "WITH x AS (DELETE FROM t RETURNING *)",
        "1into t",
        "EXPLAIN",
        "EXECUTE p",
        "COMMIT",
        "ROLLBACK TO SAVEPOINT s",
        "END WORK AND NO CHAIN",
        "ABORT",
        "PREPARE TRANSACTION 'x'",
        "SET a = 1",
        "RESET ALL",
        "DISCARD ALL",
        "CREATE TABLE x AS",
        "TO STDOUT",
        "FROM STDIN",
        "TO PROGRAM 'x'",
        "update",
        "delete",
        "insert",
        "merge",
        "system_user",
        "SEARCH DEPTH FIRST BY a SET s"
    };

    private static final String[] NAMES = {
        "update",
        "delete",
        "insert",
        "merge",
        "into",
        "for",
        "key",
        "no",
        "only",
        "\"update\"",
        "U&\"\\0075pdate\"",
        "U&\"!0075pdate\" UESCAPE '!'",
        "from",
        "t.update",
        "t.into",
        "t.delete",
        "t.for",
        "t.as",
        "as as",
        "as into",
        "N'a'",
        "system_user",
        "json",
        "$1",
        "'a'",
        "\"\"\"\"",
        "u&\"into\"",
        "İNTO",
        "ınto",
        "update_",
        "a$$",
        "é"
    };

    /** What a rule might miss, short enough to stay a statement for a while. */
    private static final String[] SEEDS = {
        "UPDATE t SET a = 1",
        "UPDATE ONLY t SET a = 1",
        "UPDATE ONLY (t) SET a = 1",
        "UPDATE \"t\" SET a = 1",
        "UPDATE key SET a = 1",
        "UPDATE values SET a = 1",
        "UPDATE json SET a = 1",
        "UPDATE system_user SET a = 1",
        "UPDATE U&\"t\" UESCAPE '!' SET a = 1",
        "UPDATE update SET update = 1",
        "UPDATE s.t AS x SET a = 1",
        "UPDATE t * SET (a, b) = (SELECT 1, 2) RETURNING *",
        "UPDATE é SET a = 1",
        "UPDATE merge_action SET a = 1",
        "DELETE FROM t",
        "DELETE FROM ONLY t USING x",
        "INSERT INTO t DEFAULT VALUES",
        "INSERT INTO t TABLE x",
        "INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = 1",
        "SELECT 1 INTO t",
        "SELECT INTO t FROM x",
        "MERGE INTO t USING x ON true WHEN MATCHED THEN DELETE",
        "MERGE INTO t USING x ON true WHEN MATCHED THEN UPDATE SET a = 1",
        "SELECT 1 AS as INTO t",
        "SELECT 1 INTO TEMP t UNION SELECT 2",
        "TABLE t FOR UPDATE",
        "VALUES (1), (2)",
        "TABLE ONLY t",
        "SELECT update, t.update FROM t FOR NO KEY UPDATE",
        "SELECT 1 FROM t FOR KEY SHARE OF t NOWAIT",
        "SELECT 1 FROM t FOR SHARE SKIP LOCKED FOR UPDATE",
        "SELECT 1 delete, 2 insert, 3 update",
        "SELECT key, no, for_, update",
        "COPY t.to FROM STDIN",
        "COPY public.to (a) FROM STDIN WHERE a = 1",
        "COPY t FROM STDIN",
        "COPY BINARY t TO STDOUT",
        "COPY t (a, b) TO STDOUT (FORMAT csv)",
        "COPY t.from TO STDOUT",
        "COPY (SELECT 1) TO STDIN",
        "COPY t TO 'f'",
        "COPY (DELETE FROM t RETURNING *) TO STDOUT",
        "SELECT substring(a FROM 1 FOR update)",
        "SHOW ALL",
        "EXECUTE p",
        "CREATE TABLE t AS SELECT 1",
        "CREATE MATERIALIZED VIEW v AS SELECT 1",
        "REFRESH MATERIALIZED VIEW v",
        "SELECT",
        "WITH RECURSIVE r AS (SELECT 1) SEARCH BREADTH FIRST BY a SET for_ UPDATE t SET a = 1",
        "SELECT f(), g(1) FROM h() i"
    };

    /** {@code %s} is the statement. */
    private static final String[] FRAMES = {
        "(%s)",
        "((%s))",
        "EXPLAIN %s",
        "EXPLAIN ANALYZE %s",
        "EXPLAIN (\"analyze\", verbose off) %s",
        "EXPLAIN (%s)",
        "EXPLAIN (VALUES (1)) %s",
        "PREPARE p AS %s",
        "PREPARE p(numeric(cast(1 as int))) AS %s",
        "PREPARE transaction AS %s",
        "COPY (%s) TO STDOUT",
        "COPY (%s) TO 'f'",
        "DECLARE c CURSOR FOR %s",
        "DECLARE for CURSOR WITH HOLD FOR %s",
        "EXPLAIN DECLARE c CURSOR FOR %s",
        "EXPLAIN CREATE TABLE x AS %s",
        "EXPLAIN VERBOSE %s",
        "SELECT * FROM (%s) x",
        "WITH x AS (%s) SELECT 1",
        "WITH x AS NOT MATERIALIZED (%s) TABLE x",
        "WITH update AS (%s) VALUES (1)",
        "WITH RECURSIVE x AS (SELECT 1) SEARCH DEPTH FIRST BY a SET s %s",
        "WITH RECURSIVE x AS (SELECT 1) CYCLE a SET b USING key %s",
        "WITH time AS (%s) SELECT 1",
        "WITH RECURSIVE x AS (SELECT 1) CYCLE a SET b TO 1 DEFAULT 2 USING no %s",
        "SELECT 1; %s",
        "%s; SELECT 1",
        ";%s;",
        "SELECT (%s)",
        "%s UNION SELECT 1",
        "SELECT 1 UNION %s",
        "CREATE TABLE x AS %s",
        "%s -- ;",
        "/* %s */ SELECT 1",
        "SELECT $a$%s$a$",
        "SELECT 1 AS as %s",
        "SELECT t.%s",
        "SELECT 1 %s",
        "BEGIN; %s",
        "INSERT INTO t %s",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC %s; SELECT 1; END",
        "COPY t TO STDOUT; %s",
        "CREATE RULE r AS ON INSERT TO t DO (%s; SELECT 1)",
        "CREATE RULE r AS ON INSERT TO t DO INSTEAD %s; SELECT 1",
        "CREATE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; %s; END",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC END; %s",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin atomic; SELECT 1 end; END; %s",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC; SELECT end; SELECT a.end; END COST 1; %s",
        "CREATE FUNCTION f(begin int) RETURNS atomic RETURN begin; %s",
        "CREATE FUNCTION f() RETURNS begin ATOMIC; %s",
        "CREATE FUNCTION f() RETURNS int RETURN (%s); SELECT 1",
        "CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS %s",
        "SHOW ALL; %s"
    };

    private final Random random;
    private final List<String> statements;
    private final Lexer lexer = new Lexer(LexerLimits.DEFAULT);
    private final Tokens tokens = new Tokens();

    Mutator(List<String> statements, long seed) {
        this.statements = statements;
        this.random = new Random(seed);
    }

    String next() {
        String text = statement();
        int steps = random.nextInt(1 + random.nextInt(4));
        for (int step = 0; step <= steps; step++) {
            text = mutated(text);
        }
        return text.replace("\0", "");
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    private String statement() {
        return switch (random.nextInt(8)) {
            case 0 -> "SELECT " + one(NAMES);
            case 1, 2 -> one(SEEDS);
            default -> one(statements);
        };
    }

    private String mutated(String text) {
        return switch (random.nextInt(16)) {
            case 0 -> otherCase(text);
            case 1, 2 -> withGaps(text);
            case 3 -> inserted(text, random.nextInt(text.length() + 1), one(MARKS));
            case 4, 5, 6 -> atToken(text, " " + one(PHRASES) + " ");
            case 7 -> one(FRAMES).replace("%s", text);
            case 8 -> one(FRAMES).replace("%s", statement());
            case 9 -> spliced(text, statement());
            case 10 -> withTokens(text, random.nextInt(4));
            case 11, 12 -> renamed(text);
            case 13, 14 -> one(FRAMES).replace("%s", one(SEEDS));
            default -> withoutCharacter(text);
        };
    }

    private String otherCase(String text) {
        StringBuilder other = new StringBuilder(text);
        for (int i = 0; i < other.length(); i++) {
            char c = other.charAt(i);
            if (c < 128 && Character.isLetter(c) && random.nextInt(3) == 0) {
                other.setCharAt(i, (char) (c ^ 0x20));
            }
        }
        return other.toString();
    }

    private String withGaps(String text) {
        List<String> pieces = pieces(text);
        StringBuilder out = new StringBuilder();
        for (String piece : pieces) {
            out.append(piece).append(random.nextInt(6) == 0 ? one(GAPS) : " ");
        }
        return out.toString();
    }

    private String atToken(String text, String phrase) {
        List<String> pieces = pieces(text);
        pieces.add(random.nextInt(pieces.size() + 1), phrase);
        return String.join(" ", pieces);
    }

    private String spliced(String head, String tail) {
        List<String> first = pieces(head);
        List<String> second = pieces(tail);
        int end = random.nextInt(first.size() + 1);
        int begin = random.nextInt(second.size() + 1);
        return String.join(" ", first.subList(0, end)) + " " + String.join(" ", second.subList(begin, second.size()));
    }

    private String withTokens(String text, int how) {
        List<String> pieces = pieces(text);
        if (pieces.isEmpty()) {
            return text;
        }
        int at = random.nextInt(pieces.size());
        switch (how) {
            case 0 -> pieces.remove(at);
            case 1 -> pieces.add(at, pieces.get(at));
            case 2 -> pieces.set(at, pieces.set(random.nextInt(pieces.size()), pieces.get(at)));
            default -> pieces.set(at, one(pieces(statement())));
        }
        return String.join(" ", pieces);
    }

    /** Another name in the place of a word that looks like a column or an alias: not the first, and in lower case. */
    private String renamed(String text) {
        List<String> pieces = pieces(text);
        List<Integer> words = new ArrayList<>();
        for (int i = 1; i < pieces.size(); i++) {
            if (pieces.get(i).matches("[a-z_0-9]+")) {
                words.add(i);
            }
        }
        if (!words.isEmpty()) {
            pieces.set(words.get(random.nextInt(words.size())), one(NAMES));
        }
        return String.join(" ", pieces);
    }

    private String withoutCharacter(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int at = random.nextInt(text.length());
        return text.substring(0, at) + text.substring(at + 1);
    }

    static String inserted(String text, int at, String what) {
        return text.substring(0, at) + what + text.substring(at);
    }

    /** The tokens, as far as our lexer gets; what follows is one piece. Where they are wrong, the texts are odder. */
    private List<String> pieces(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        lexer.read(bytes, true, tokens);
        List<String> pieces = new ArrayList<>();
        int end = 0;
        for (int i = 0; i < tokens.count(); i++) {
            end = tokens.end(i);
            pieces.add(new String(bytes, tokens.start(i), end - tokens.start(i), UTF_8));
        }
        if (tokens.problem() != null) {
            pieces.add(new String(bytes, end, bytes.length - end, UTF_8));
        }
        return pieces;
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String one(String[] array) {
        return array[random.nextInt(array.length)];
    }
}
