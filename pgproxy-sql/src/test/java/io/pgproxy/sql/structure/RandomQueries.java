package io.pgproxy.sql.structure;

import java.util.Random;

/**
 * Queries at random over the relations t1, t2, t3, v1, s.t1 and s."T.4", each with the columns a, b and c, in which
 * common tables often have the names of relations. Some are refused by the server, for reasons such as a recursion that
 * it does not support.
 */
final class RandomQueries {
    private static final String[] RELATIONS = {
        "t1", "t2", "t3", "v1", "\"t1\"", "T2", "s.t1", "s.\"T.4\"", "u&\"t\\0033\""
    };
    private static final String[] COMMON_TABLES = {"t1", "t2", "v1", "x", "y", "\"x\""};
    private static final String[] BLANKS = {
        " ", " ", " ", " ", "\n", "\t", " /* FROM t3 */ ", " -- FROM t2\n", "\r\n", "/* /* ' */ \" */", "\f"
    };

    private final Random random;
    private int aliases;

    RandomQueries(long seed) {
        random = new Random(seed);
    }

    String next() {
        aliases = 0;
        String statement = switch (random.nextInt(10)) {
            case 0 -> with(3) + "INSERT INTO " + pick("t1", "s.t1 AS target") + " " + query(3) + returning();
            case 1 ->
                with(3) + "UPDATE " + only() + "t2 AS u SET a = " + scalar(2, "u") + " , b = 1 FROM " + from(2)
                        + " WHERE " + condition(2, "u") + returning();
            case 2 ->
                with(3) + "DELETE FROM " + only() + "t3 u USING " + from(2) + " WHERE " + condition(2, "u")
                        + returning();
            default -> query(3);
        };
        StringBuilder spaced = new StringBuilder();
        for (String word : statement.split(" ", -1)) {
            spaced.append(word).append(BLANKS[random.nextInt(BLANKS.length)]);
        }
        return spaced.toString();
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    private String only() {
        return once(3) ? "ONLY " : "";
    }

    private String returning() {
        return once(2) ? " RETURNING 1 AS one , upper( 'x' )" : "";
    }

    private String with(int depth) {
        if (depth <= 1 || !once(3)) {
            return "";
        }
        StringBuilder with = new StringBuilder(once(5) ? "WITH RECURSIVE " : "WITH ");
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            with.append(i == 0 ? "" : ", ")
                    .append(i == 0 ? COMMON_TABLES[random.nextInt(COMMON_TABLES.length)] : "w" + aliases++)
                    .append(pick(" AS ( ", " ( a , b , c ) AS ( ", " AS MATERIALIZED ( ", " AS NOT MATERIALIZED ( "))
                    .append(query(depth - 1))
                    .append(" ) ");
        }
        return with.toString();
    }

    private String query(int depth) {
        String query = with(depth) + operand(depth);
        if (once(5)) {
            query += pick(" UNION ALL ", " UNION ", " EXCEPT ", " INTERSECT ALL ") + operand(depth - 1);
        }
        return query.startsWith("(") || query.startsWith("WITH")
                ? query
                : query + pick("", "", " ORDER BY 1", " LIMIT 3", " OFFSET 1 ROWS", " FETCH FIRST 2 ROWS ONLY");
    }

    private String operand(int depth) {
        if (depth <= 0) {
            return pick(
                    "SELECT * FROM ( VALUES ( 1 , 2 , 'x' ) ) v ( a , b , c )",
                    "TABLE t1",
                    "SELECT 1 AS a , 2 AS b , 'y' AS c");
        }
        return switch (random.nextInt(12)) {
            case 0 -> "( " + query(depth - 1) + " )";
            case 1 -> "SELECT * FROM ( VALUES ( 1 , abs( -2 ) , 'x' ) , ( 3 , 4 , lower( 'Y' ) ) ) v ( a , b , c )";
            case 2 -> "TABLE " + only() + relation();
            default -> select(depth);
        };
    }

    private String select(int depth) {
        int alias = aliases;
        String from = from(depth);
        String name = "r" + alias;
        return "SELECT " + pick("", "ALL ") + name + ".a , "
                + pick(name + ".b", "abs( " + name + ".b ) AS b", name + ".b AS b")
                + " , " + name + ".c FROM " + from
                + pick("", " WHERE " + condition(depth - 1, name), " WHERE " + condition(depth - 1, name));
    }

    /** The first item has the next alias. */
    private String from(int depth) {
        String from = item(depth);
        int more = random.nextInt(3);
        for (int i = 0; i < more; i++) {
            from = switch (random.nextInt(4)) {
                case 0 -> from + " , " + item(depth - 1);
                case 1 -> from + " CROSS JOIN " + item(depth - 1);
                case 2 -> "( " + from + " LEFT JOIN " + item(depth - 1) + " ON TRUE )";
                default ->
                    from + pick(" JOIN ", " INNER JOIN ", " LEFT OUTER JOIN ") + item(depth - 1)
                            + " ON left( 'a' , 1 ) = 'a'";
            };
        }
        return from;
    }

    private String item(int depth) {
        String alias = pick(" AS ", " ") + "r" + aliases++ + pick("", "", " ( a , b , c )");
        if (depth <= 0 || !once(3)) {
            return once(8)
                    ? "( SELECT g AS a , 2 AS b , 'c' AS c FROM generate_series( 1 , 2 ) AS g )" + alias
                    : only() + relation() + alias;
        }
        return pick("", "", "LATERAL ") + "( " + query(depth - 1) + " )" + alias;
    }

    private String relation() {
        return once(3) ? COMMON_TABLES[random.nextInt(3)] : RELATIONS[random.nextInt(RELATIONS.length)];
    }

    private String scalar(int depth, String outer) {
        String alias = "q" + aliases++;
        return "( SELECT " + alias + ".a FROM ( " + query(depth - 1) + " ) " + alias + " WHERE " + outer
                + ".a = 1 LIMIT 1 )";
    }

    private String condition(int depth, String outer) {
        if (depth <= 0) {
            return outer + pick(".a = $1", ".b > 3", ".c LIKE 'x%'", ".a IS NOT DISTINCT FROM 3");
        }
        return switch (random.nextInt(6)) {
            case 0 -> "EXISTS ( " + query(depth - 1) + " )";
            case 1 -> outer + ".a IN ( SELECT z.a FROM ( " + query(depth - 1) + " ) z )";
            case 2 -> outer + ".a = " + scalar(depth, outer);
            case 3 -> outer + ".a = ANY ( ARRAY( SELECT z.b FROM t2 z ) )";
            case 4 ->
                "CASE WHEN " + condition(depth - 1, outer) + " THEN true ELSE " + condition(depth - 1, outer) + " END";
            default -> "( " + condition(depth - 1, outer) + pick(" AND ", " OR ") + condition(depth - 1, outer) + " )";
        };
    }
}
